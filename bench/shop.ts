import type { Grant } from "#protocol/http.ts";
import { makeDataFolder, type Product, startProduct } from "#server/testing/product.ts";

/** A running product with customers and agents who are signed in. */
export type Shop = {
  readonly product: Product;
  readonly dataDir: string;
  /** The admin's token. */
  readonly owner: string;
  readonly customers: string[];
  readonly waiters: string[];
  /** Registers the first `count` agents as waiters, and no others. */
  registerOnly(count: number): Promise<void>;
  close(): Promise<void>;
};

/** The first admin of every shop here. */
export const admin = { ADMIN_EMAIL: "owner@example.test", ADMIN_PASSWORD: "correct horse battery staple" } as const;

/** Starts the product on an empty folder and makes its people over HTTP, as any client would. */
export async function openShop(customers: number, agents: number, nodeOptions: string[] = []): Promise<Shop> {
  const folder = await makeDataFolder("bench");
  const product = await startProduct({ dataDir: folder.path, env: admin, nodeOptions });
  const owner = (await post<Grant>(product, { route: "auth/login", body: { email: admin.ADMIN_EMAIL, password: admin.ADMIN_PASSWORD } })).token;
  const staff: Grant[] = [];
  for (let n = 0; n < agents; n += 1) {
    const account = { email: `agent${n}@example.test`, name: `Agent ${n}`, role: "agent", password: "correct horse battery" };
    await post(product, { route: "users", body: account, token: owner });
    staff.push(await post<Grant>(product, { route: "auth/login", body: { email: account.email, password: account.password } }));
  }
  const guests: Grant[] = [];
  for (let n = 0; n < customers; n += 1) guests.push(await post<Grant>(product, { route: "auth/guest", body: {} }));
  return {
    product,
    dataDir: folder.path,
    owner,
    customers: guests.map((grant) => grant.token),
    waiters: staff.map((grant) => grant.token),
    async registerOnly(count) {
      for (const [n, { user }] of staff.entries()) {
        await post(product, { route: `commands/waiter:${n < count ? "register" : "unregister"}`, body: { userId: user.id }, token: owner });
      }
    },
    async close() {
      await product.end("SIGTERM");
      await folder.remove();
    },
  };
}

type Request = { route: string; body: object; token?: string };

/** A request of our HTTP API. Throws with the problem when it is refused. */
export async function post<Data = unknown>({ url }: Pick<Product, "url">, { route, body, token }: Request): Promise<Data> {
  const response = await fetch(`${url}/api/v1/${route}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
  return response.json();
}
