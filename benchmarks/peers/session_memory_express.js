// express-session in memory; it warns that this is not for production.
const session = require("express-session");

console.warn = () => {};
console.error = () => {};
require("./_session_express.js")(new session.MemoryStore());
