// Reads an iCalendar text by Mozilla's ical.js: takes {"text"} from its standard input and prints the calendar's name and its events as JSON. Run by DutyCalendarTests.
const ICAL = require("ical.js").default ?? require("ical.js");

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const calendar = new ICAL.Component(ICAL.parse(JSON.parse(text).text));
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      summary: event.summary,
      location: event.location,
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      status: component.getFirstPropertyValue("status"),
      sequence: event.sequence,
    };
  });
  console.log(JSON.stringify({ name: calendar.getFirstPropertyValue("x-wr-calname"), method: calendar.getFirstPropertyValue("method"), events }));
});
