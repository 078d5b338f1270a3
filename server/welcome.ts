import type { Config } from "./config.ts";

/** Tells a person at the terminal where to go, and once the password that was made for the first admin. */
export function welcome({ publicUrl }: Config, admin: { email: string; password: string | null } | null): void {
  const lines = ["", "  Xiaoer is running.", "", `  Customers  ${publicUrl}/`, `  Agents     ${publicUrl}/console`, `  Admins     ${publicUrl}/admin`, ""];
  if (admin !== null) {
    lines.push(`  First admin: ${admin.email}`);
    lines.push(admin.password === null ? "  Password: the one of ADMIN_PASSWORD" : `  Password: ${admin.password}   (shown only this once)`, "");
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}
