// Rules that oxlint does not have itself, loaded by .oxlintrc.json as the plugin "house".
import { dirname, relative, resolve, sep } from "node:path";
import { builtinRules } from "eslint/use-at-your-own-risk";

const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** Whether `node` contains an `await` that runs in the same function as `node` itself. */
function awaits(node) {
  if (node === null || typeof node !== "object") return false;
  if (Array.isArray(node)) return node.some(awaits);
  if (functions.has(node.type)) return false;
  if (node.type === "AwaitExpression") return true;
  return Object.entries(node).some(([key, child]) => key !== "parent" && awaits(child));
}

/**
 * `object.count += await read()` reads the old count before the wait and writes it after: what others added meanwhile
 * is lost. ESLint's rule sees this for variables; for properties it can only forbid every write after an await, so
 * it is told to leave properties alone and this rule takes the updates.
 */
const noAwaitInUpdate = {
  meta: { messages: { lost: "Read after the await: this update loses what was written during it." } },
  create(context) {
    const text = (node) => context.sourceCode.getText(node);
    return {
      AssignmentExpression(node) {
        if (node.left.type !== "MemberExpression" || !awaits(node.right)) return;
        const reads = node.operator !== "=" || text(node.right).includes(text(node.left));
        if (reads) context.report({ node, messageId: "lost" });
      },
    };
  },
};

/**
 * `no-restricted-imports` reads import and export statements only. A room is therefore not imported by `import("#…")`,
 * nor its types by `import("#…").Name`; a screen that loads a component late is the exception.
 */
const noDynamicRoomImport = {
  meta: { messages: { hidden: "Import {{room}} by a statement: the import law is checked there." } },
  create(context) {
    const check = (node) => {
      const room = node.source?.value;
      if (typeof room !== "string" || !/^#(?!components\/|messages\/)/u.test(room)) return;
      context.report({ node, messageId: "hidden", data: { room } });
    };
    return { ImportExpression: check, TSImportType: check };
  },
};

/** Every crossing between folders is spelled from the root, `#folder/file.ts`, so that the import law can match it. */
const noParentImport = {
  meta: { fixable: "code", messages: { climbs: "Import across folders from the root: {{path}}" } },
  create(context) {
    const check = ({ source }) => {
      if (typeof source?.value !== "string" || !source.value.startsWith("../")) return;
      const target = resolve(dirname(context.filename), source.value);
      const path = `#${relative(context.cwd, target).replaceAll(sep, "/")}`;
      context.report({ node: source, messageId: "climbs", data: { path }, fix: (fixer) => fixer.replaceText(source, `"${path}"`) });
    };
    return {
      ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check,
      ImportExpression: check, TSImportType: check,
    };
  },
};

export default {
  meta: { name: "house" },
  rules: {
    "no-await-in-update": noAwaitInUpdate,
    "no-dynamic-room-import": noDynamicRoomImport,
    "no-parent-import": noParentImport,
    "require-atomic-updates": builtinRules.get("require-atomic-updates"),
  },
};
