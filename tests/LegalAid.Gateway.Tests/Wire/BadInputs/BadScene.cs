using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire.BadInputs;

/// <summary>
/// A gateway with a notice in every state, for calls that must change nothing. Time stands still but for what a row lets pass, so that
/// the bound on refusal evidence is never reached.
/// </summary>
public sealed class BadScene : IAsyncLifetime
{
    public const int MessageBytesMax = 128 * 1024;
    public const int AttachmentBytesMax = 16 * 1024;
    public const int PeopleMax = 3;

    /// <summary>How long one more refusal leaf takes to be allowed, and a bit.</summary>
    private static readonly TimeSpan BetweenRows = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> _notices = new(StringComparer.Ordinal);
    private readonly HashSet<string> _personal = new(StringComparer.Ordinal);
    private HttpClient? _nobody;
    private JsonNode? _document;

    public FakeTimeProvider Time { get; } = new(Demo.DemoSettings.CivilStart);

    public GatewayFixture Gateway { get; private set; } = null!; // set before any test runs

    /// <summary>A notice that was accepted, with its request.</summary>
    public NoticeSample Open { get; } = Notices.Of("COURT");

    /// <summary>A delivery that the district's centre holds, and its lease.</summary>
    public (string Name, string Lease) Leased { get; private set; }

    /// <summary>The document of the open notice, as a step of the court's may name it.</summary>
    public JsonObject Reference() => new()
    {
        ["name"] = _document!["name"]!.DeepClone(), // set before any test runs; every document has all three
        ["sha256"] = _document["sha256"]!.DeepClone(),
        ["sm3"] = _document["sm3"]!.DeepClone(),
    };

    /// <summary>What of people was sent so far, scene and rows.</summary>
    public IReadOnlyCollection<string> Personal => _personal;

    /// <summary>Resource name of the court's notice in a state.</summary>
    public string In(string state) => _notices[state];

    /// <summary>The same notice for the generic service.</summary>
    public string ExchangeIn(string state) => _notices[state].Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);

    public async ValueTask InitializeAsync()
    {
        Gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Time = Time,
            Adjust = settings => settings with
            {
                Limits = settings.Limits with { MessageBytesMax = MessageBytesMax, AttachmentBytesMax = AttachmentBytesMax, PeopleMax = PeopleMax },
            },
        });
        _nobody = new HttpClient { BaseAddress = Gateway.Gateway.Rest };
        foreach (var state in new[] { "notified", "assigned", "accepted", "refused", "declined", "withdrawn", "terminated", "closed" })
        {
            _notices[state] = await Gateway.NoticeInAsync(state, state == "notified" ? Open : null);
        }

        _notices["life"] = await Gateway.NoticeInAsync("notified", BadInput.Spoilt("COURT", sample =>
        {
            sample.Notice["grounds"] = new JsonArray("GROUND_LIFE_OR_DEATH");
            sample.Notice["wish"] = new JsonObject { ["lawyerName"] = "虚构丁律师" };
        }));
        _notices["bail"] = await Gateway.NoticeInAsync("accepted", BadInput.Spoilt("COURT", sample =>
            sample.Notice["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_BAIL" }));
        var open = await Gateway[Notices.Court].CallAsync(Face.Grpc, "GetExchange", new JsonObject { ["name"] = ExchangeIn("notified") });
        _document = open.Required["attachments"]![0]; // the notice brought one
        var pulled = await Gateway[Notices.AidCentre].CallAsync(Face.Grpc, "PullDeliveries", new JsonObject { ["maxDeliveries"] = 1, ["leaseDuration"] = "600s" });
        var delivery = pulled.Required["deliveries"]![0]!; // the centre has many
        Leased = (delivery["name"]!.GetValue<string>(), delivery["leaseToken"]!.GetValue<string>()); // every delivery has both
        Remember(Open.Request);
    }

    public async ValueTask DisposeAsync()
    {
        _nobody?.Dispose();
        await Gateway.DisposeAsync();
    }

    /// <summary>The REST client of an agency's system, or one without a token.</summary>
    public HttpClient Http(string agency) => agency.Length > 0 ? Gateway[agency].Rest : _nobody!; // set before any test runs

    public Task<FaceAnswer> CallAsync(string agency, Face face, string method, JsonObject request)
    {
        Remember(request);
        return Gateway[agency].CallAsync(face, method, request);
    }

    /// <summary>Lets as much time pass as the evidence of one refusal needs.</summary>
    public void Pass() => Time.Advance(BetweenRows);

    private void Remember(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json)
                {
                    if (value is JsonValue && name is "name" or "residentNumber" or "number" or "relativePhone" or "disabilityCertificate" or "personName"
                        && value?.ToString() is { Length: > 2 } text && !text.Contains('/', StringComparison.Ordinal) && text.Any(c => c > '\x7f' || char.IsAsciiDigit(c)))
                    {
                        _personal.Add(text);
                    }

                    Remember(value);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Remember(item);
                }

                break;
        }
    }
}
