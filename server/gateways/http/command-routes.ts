import * as z from "zod/mini";

import { commands, isCommandName } from "#protocol/commands.ts";
import { dispatch, requireCaller } from "#server/chat/dispatch.ts";
import { DomainError } from "#server/errors.ts";

import { readJson } from "./body.ts";
import { presentProblem, problemHeaders } from "./problem.ts";
import { known, type Route } from "./route.ts";

/** The commands that need no live session. */
export const commandRoutes: readonly Route[] = [
  known("POST /api/v1/commands/{name}", { operation: "giveCommand", summary: "Gives a command of CONTRACT.md section 3.", status: 200 }, async (context, request) => {
    const name = request.params.get("name") ?? "";
    const offered = isCommandName(name) ? !commands[name].live : context.node.hooks.runnerOf(name) !== null;
    if (!offered) throw new DomainError("not_found", "There is no such command here.");
    requireCaller(context);
    const answer = await dispatch(context, name, await readJson(request, z.unknown()));
    if (answer.ok) return { status: 200, body: answer.data };
    const problem = presentProblem(answer.error);
    return { status: problem.status, body: problem, headers: { ...problemHeaders(problem), "Content-Type": "application/problem+json" } };
  }),
];
