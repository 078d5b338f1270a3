import { beforeAll, describe, expect, it } from "vitest";

import { commands, isCommandName } from "#protocol/commands.ts";
import { type Actor, makeCast } from "#server/testing/matrix-cast.ts";
import { type Line, openLine, type Reply } from "#server/testing/matrix-lines.ts";
import { allCells, type Cell, expectedOutcome, gateways, type Role, roles, rowNames, rows, rowsOf } from "#server/testing/matrix-oracle.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

/* Promise P17: every gateway answers every command alike, whoever asks and whose ever it is (S29, S30, S35, S36, S37). */

const cells = allCells();
let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

/** How many messages customers have written into a conversation. */
async function countMessages(conversationId: string): Promise<number> {
  const { rows: [row] } = await node.node.database.pool.query<{ count: number }>(
    `select count(*)::float8 as count from "Message" where "conversationId" = $1 and "senderRole" = 'customer'`, [conversationId],
  );
  return row?.count ?? 0;
}

it("has a row for every command", () => {
  for (const name of Object.keys(commands)) expect(isCommandName(name) ? rowsOf(name) : [], name).not.toEqual([]);
});

describe.each(gateways)("over %s", (gateway) => {
  let cast: Readonly<Record<Role, Actor>>;
  const lines = new Map<Role, Line | Reply>();

  beforeAll(async () => {
    cast = await makeCast(node);
    for (const role of roles) lines.set(role, await openLine(node, { gateway, token: cast[role].token }));
  });

  async function give({ role, row, target }: Cell): Promise<Reply> {
    const actor = cast[role];
    const input = await actor.input(row, target);
    const standing = lines.get(role);
    // Somebody else's token ends the session that shows it: not the one that the other cells need.
    const ends = row === "token:refresh" && target === "foreign";
    const line = ends || standing === undefined ? await openLine(node, { gateway, token: actor.token }) : standing;
    if ("code" in line) return line;
    const reply = await line.give(rows[row].command, input);
    if (ends) line.close();
    return reply;
  }

  it.each(roles.flatMap((role) => rowNames.map((row) => ({ role, row }))))("$row as $role is answered as the oracle says (S37)", async ({ role, row }) => {
    for (const cell of cells.filter((one) => one.gateway === gateway && one.role === role && one.row === row)) {
      const { code, data } = await give(cell);
      expect({ target: cell.target, code }).toEqual({ target: cell.target, code: expectedOutcome(cell) });
      const name = rows[row].command;
      // What succeeds has the shape of the contract.
      if (code === "ok" && isCommandName(name)) commands[name].data.parse(data);
    }
  });

  it("lets nothing of a stranger's into a conversation (S30)", async () => {
    expect(await countMessages(cast.guest.foreign)).toBe(1);
    expect(await countMessages(cast.agent.foreign)).toBe(1);
  });
});

it("is as large as SECURITY.md expects", () => {
  const refused = cells.filter((cell) => expectedOutcome(cell) !== "ok").length;
  process.stdout.write(`matrix: ${gateways.length} gateways × ${roles.length} roles × ${rowNames.length} rows × ownership = ${cells.length} cells, ${refused} of them refusals\n`);
  expect(cells.length).toBeGreaterThan(1_080);
});
