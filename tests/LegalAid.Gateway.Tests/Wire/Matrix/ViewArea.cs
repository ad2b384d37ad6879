using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>What of a notice a party is shown: the sections of its view, and what its messages said.</summary>
internal sealed class ViewArea : MatrixArea
{
    public override string Name => "views";

    public override IReadOnlyList<string> Doors => [DoorOf("GetExchange"), DoorOf("GetDefenceNotice"), DoorOf("ListHistory")];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var sample = Notices.Of("COURT");
        var exchange = await RichNotice.OpenAsync(gateway, sample);
        foreach (var face in BothFaces)
        {
            foreach (var agency in Agencies)
            {
                if (Parties.RoleOf(agency, sample) is { } role)
                {
                    Sections(tally, agency, role, tally.Called(await CallAsync(gateway[agency], face, "GetExchange", new JsonObject { ["name"] = exchange })));
                    Texts(tally, agency, role, tally.Called(await CallAsync(gateway[agency], face, "GetDefenceNotice", new JsonObject { ["name"] = exchange.Replace("exchanges/", "defenceNotices/", StringComparison.Ordinal) })), sample);
                    Messages(tally, agency, role, tally.Called(await CallAsync(gateway[agency], face, "ListHistory", new JsonObject { ["parent"] = exchange })));
                }
            }
        }
    }

    private static void Sections(Tally tally, string agency, string role, Told told)
    {
        var shown = told.Message?["view"]?.AsObject() ?? [];
        foreach (var section in Expectations.Sections.Rows.Union(shown.Select(entry => entry.Key), StringComparer.Ordinal))
        {
            var expected = Expectations.Sections.Rows.Contains(section) && Expectations.Sections.Of(section, role) == Answer.Yes;
            tally.CompareShown(agency, "GetExchange", expected, shown.ContainsKey(section), $"section {section}");
        }

        var documents = told.Message?["attachments"]?.AsArray().Count > 0;
        tally.CompareShown(agency, "GetExchange", Expectations.Documents.Of("DownloadAttachment", role) == Expected.Granted, documents, "list of documents");
    }

    /// <summary>The person's number is the notice's: who does not see that section finds it nowhere in the answer.</summary>
    private static void Texts(Tally tally, string agency, string role, Told told, NoticeSample sample)
    {
        var number = sample.Person["residentNumber"]?.GetValue<string>() ?? throw new InvalidOperationException("the sample's person has no number");
        tally.CompareShown(
            agency, "GetDefenceNotice", Expectations.Sections.Of("notice", role) == Answer.Yes, told.Whole.Contains(number, StringComparison.Ordinal), "the person's number");
    }

    private static void Messages(Tally tally, string agency, string role, Told told)
    {
        foreach (var entry in (told.Message?["events"]?.AsArray() ?? []).Select(entry => entry?.AsObject() ?? []))
        {
            if (entry["event"]?.GetValue<string>() is { } name && Expectations.Messages.Rows.Contains(name))
            {
                tally.CompareShown(agency, "ListHistory", Expectations.Messages.Of(name, role) != Part.No, entry.ContainsKey("payload"), $"what {name} said");
            }
        }
    }
}
