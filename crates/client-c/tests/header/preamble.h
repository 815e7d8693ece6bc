/* The client of Latchkey for C. Made from crates/client-c by its tests: do not edit.
 *
 * Who makes a thing ends it: texts that you pass are copied; what a callback gets lives until it returns; handles end
 * by their ..._free, and texts that were returned by lk_text_free.
 * A callback comes once, on a thread of the library: also when the call was cancelled or could not begin, in which
 * case it may come before the function returns. Release there what the context points to.
 * NULL means absent, and is never followed. Any thread may call any function.
 */
