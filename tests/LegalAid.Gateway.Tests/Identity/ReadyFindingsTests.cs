using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>What a readiness report finds: nothing of a sound system, and of each that lacks one thing that thing alone, at its threshold.</summary>
public sealed class ReadyFindingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private static readonly AgencyClient Client = new(
        "court-system", AgencyId.Parse(Notices.Court), "法院", new EquatableList<AgencyClientKey>([]), Binding: BindingDemand.Key);

    private static readonly ReadyDelivery Delivery = new("mailbox", Waiting: 0, OldestWaiting: null, Stopped: 0, SuspendedFor: "", PausedUntil: null);

    private static readonly ReadinessDocument Sound = new(
        Ready: true, Now, Client.ClientId, $"agencies/{Notices.Court}", Now, new ReadyBinding("dpop", "dpop"), "accepted", Keys: [], Certificate: null,
        [new ReadyOperation("legalaid.directory.v1.DirectoryService/WhoAmI", "", "", ["directory"])], Delivery, Findings: []);

    [Theory]
    [InlineData("sound", "")]
    [InlineData("nothing granted", "NOTHING_GRANTED!")]
    [InlineData("must sign without a key", "NO_SIGNING_KEY!")]
    [InlineData("push secret missing", "PUSH_SECRET_MISSING!")]
    [InlineData("suspended", "DELIVERY_SUSPENDED!")]
    [InlineData("paused", "DELIVERY_PAUSED")]
    [InlineData("paused until now", "")]
    [InlineData("dead letter", "MESSAGES_STOPPED")]
    [InlineData("unfetched for a day", "")]
    [InlineData("unfetched for longer", "MESSAGES_UNFETCHED")]
    [InlineData("pushed for longer", "")]
    [InlineData("certificate of 30 days", "")]
    [InlineData("certificate of less", "CERTIFICATE_ENDS")]
    [InlineData("unbound", "TOKENS_UNBOUND")]
    public void Report_WithOneThingChanged_FindsThatThing(string what, string expected)
    {
        var report = what switch
        {
            "nothing granted" => Sound with { Operations = [] },
            "suspended" => Sound with { Delivery = Delivery with { SuspendedFor = "410" } },
            "paused" => Sound with { Delivery = Delivery with { PausedUntil = Now.AddTicks(1) } },
            "paused until now" => Sound with { Delivery = Delivery with { PausedUntil = Now } },
            "dead letter" => Sound with { Delivery = Delivery with { Stopped = 1 } },
            "unfetched for a day" => Sound with { Delivery = Delivery with { OldestWaiting = Now.AddDays(-1) } },
            "unfetched for longer" => Sound with { Delivery = Delivery with { OldestWaiting = Now.AddDays(-1).AddTicks(-1) } },
            "pushed for longer" => Sound with { Delivery = Delivery with { Channel = "push", OldestWaiting = Now.AddDays(-2) } },
            "certificate of 30 days" => Sound with { Certificate = new ReadyCertificate("pinned", Now.AddDays(30)) },
            "certificate of less" => Sound with { Certificate = new ReadyCertificate("pinned", Now.AddDays(30).AddTicks(-1)) },
            _ => Sound,
        };
        var client = what switch
        {
            "must sign without a key" => Client with { Signs = true },
            "unbound" => Client with { Binding = BindingDemand.None },
            _ => Client,
        };

        var findings = ReadyFindings.Of(client, report, pushSecretsMissing: what == "push secret missing" ? 1 : 0);

        Assert.Equal(expected, string.Join(' ', findings.Select(finding => finding.Code + (finding.Blocks ? "!" : ""))));
        Assert.All(findings, finding => Assert.True(finding.Zh.Length > 0 && finding.En.Length > 0));
    }
}
