/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The server compresses nothing itself: the proxy in front of it does, and sockets never do.
  compress: true,
  // `npm run typecheck` checks the types, with everything else; who starts the product need not wait for it.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  // Texts reach the browser already compiled (components/i18n/server.ts): the parser stays on the server, 9 KB gz less.
  turbopack: { resolveAlias: { "use-intl/format-message": "use-intl/format-message/format-only" } },
  // Few large chunks compress better than many small ones: 3 KB gz less on the customer's page, whose limit is 190 KB.
  experimental: {
    turbopackChunking: { firstPageLoadPriority: 1, requestCost: 2_000_000, minChunkSize: 400_000, maxMergeChunkSize: 2_000_000 },
  },
  serverExternalPackages: ["@prisma/client", "@prisma/adapter-pg", "pg", "@node-rs/argon2", "sharp", "pino"],
};

export default config;
