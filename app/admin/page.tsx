import { redirect } from "next/navigation";
import { requireAdmin } from "#server/auth/guards.ts";

/** The admin pages begin with the notices. */
export default async function AdminPage() {
  await requireAdmin("/admin");
  redirect("/admin/notices");
}
