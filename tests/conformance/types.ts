// How a TypeScript program uses the generated types. It is only compiled: what the document says must be enough
// for this to be sound, and the lines marked as errors must be errors.
import type { components, operations, paths } from "./dateline";

type Article = components["schemas"]["Article"];
type Problem = components["schemas"]["Problem"];
type Listed = paths["/v1/articles"]["get"]["responses"][200]["content"]["application/json"];
type Body = operations["create_article"]["requestBody"]["content"]["application/json"];
type Created = operations["create_article"]["responses"][201]["content"]["application/json"];
type Refused = operations["create_article"]["responses"][409]["content"]["application/problem+json"];
type Query = NonNullable<operations["list_articles"]["parameters"]["query"]>;

export const body: Body = { headline: "Harbour reopens", status: "published", tags: [{ kind: "place", name: "Port Elara" }] };
export const query: Query = { tag: ["place:port-elara"], limit: 5, sort: "-published_at" };

export function headlines(list: Listed): string[] {
  return list.items.map((article) => article.headline);
}

export function published(created: Created): Date | null {
  const article: Article = created;
  return article.published_at === null ? null : new Date(article.published_at);
}

export function reason(refused: Refused): string {
  const problem: Problem = refused;
  return problem.errors?.map((fault) => fault.pointer ?? fault.parameter ?? "").join() ?? problem.code;
}

// @ts-expect-error A status is one of those that the document names.
export const misspelt: Body = { headline: "x", status: "publisht" };
// @ts-expect-error A member that the document does not name does not exist.
export const unknown = (article: Article) => article.headlin;
// @ts-expect-error What may be null has to be looked at first.
export const careless = (article: Article): string => article.published_at.slice(0, 4);
