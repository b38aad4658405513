// express-session in Redis, by connect-redis.
const { RedisStore } = require("connect-redis");
const { createClient } = require("redis");

const client = createClient({ url: process.env.REDIS_URL });
client.connect().then(() => require("./_session_express.js")(new RedisStore({ client })));
