/** Tests run inside this Worker; it answers nothing itself. */
export default { fetch: (): Response => new Response(null, { status: 404 }) };
