// Verifies a webhook by the library that the Standard Webhooks project publishes: reads {"secret","headers","body"} from its
// standard input, prints "verified" or why not. Run by WebhookLibraryTests.
const { Webhook } = require("standardwebhooks");

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const push = JSON.parse(text);
  try {
    new Webhook(push.secret).verify(push.body, push.headers);
    console.log("verified");
  } catch (refused) {
    console.log(`refused: ${refused.message}`);
  }
});
