// The module `@/auth` that NextAuth has an application make: as much of it as the documentation uses.
interface Session {
  readonly user?: { readonly id?: string; readonly email?: string; readonly name?: string };
}

export function auth(
  handle: (request: Request & { readonly auth: Session | null }) => Promise<Response>,
): (request: Request) => Promise<Response>;
