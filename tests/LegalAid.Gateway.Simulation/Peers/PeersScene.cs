using System.Collections.Frozen;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>Who belongs to a city.</summary>
internal sealed record CityNames(AgencyId Gateway, AgencyId Court, AgencyId Centre, AgencyId Firm, AgencyId Bureau)
{
    public static readonly CityNames North = Of("north"), South = Of("south");

    public IEnumerable<AgencyId> Agencies => [Court, Centre, Firm, Bureau];

    private static CityNames Of(string city) =>
        new(AgencyId.Parse($"{city}-gateway"), AgencyId.Parse($"{city}-court"), AgencyId.Parse($"{city}-centre"), AgencyId.Parse($"{city}-firm"),
            AgencyId.Parse($"{city}-bureau"));
}

/// <summary>
/// The small exchange with more to quarrel about: a court asks a centre, pauses and resumes, notes and withdraws; the centre remarks, answers, involves a firm and lets it go;
/// the firm remarks. Whoever of them belongs to the other city makes it an exchange over two gateways, from the start or in the middle.
/// </summary>
internal static class PeersScene
{
    public static readonly RoleName Firm = new("firm");
    public static readonly StateName Paused = new("paused");
    public static readonly StepName Remark = new("remark"), Pause = new("pause"), Resume = new("resume"), Involve = new("involve"), Release = new("release");

    public static ExchangeType Type { get; } = Build();

    /// <summary>What the gateway of <paramref name="own"/> is configured with.</summary>
    public static ConfigurationSnapshot Snapshot(CityNames own, CityNames other)
    {
        var small = SmallExchange.Snapshot();
        var (court, centre, bureau) = (small.Agencies.Get(SmallExchange.CourtId), small.Agencies.Get(SmallExchange.CentreId), small.Agencies.Get(SmallExchange.BureauId));
        var (mailbox, through) = (new Channel.Mailbox(), new Channel.Through(other.Gateway));
        return (small with
        {
            Agencies = new AgencyDirectory(
            [
                bureau,
                .. Of(own, mailbox), .. Of(other, through),
                bureau with { Id = other.Gateway, Kind = AgencyKinds.Gateway, Channel = new Channel.Peer(new Uri("https://other.test"), ["10.0.0.0/8"]) },
            ]),
            Types = new[] { Type, PeersHoldings.Type }.ToFrozenDictionary(type => type.Id),
        }).WithTypeRows();

        IEnumerable<Agency> Of(CityNames city, Channel channel) =>
        [
            bureau with { Id = city.Bureau, Channel = channel },
            court with { Id = city.Court, Channel = channel, Supervisor = city.Bureau },
            centre with { Id = city.Centre, Channel = channel, Serves = [], Supervisor = city.Bureau },
            centre with { Id = city.Firm, Kind = AgencyKinds.LawFirm, Channel = channel, Serves = [], Supervisor = city.Bureau },
        ];
    }

    private static ExchangeType Build()
    {
        var small = SmallExchange.Type;
        var note = small.Steps.Single(step => step.Name == SmallExchange.Note) with { From = [SmallExchange.Asked, Paused], DeliverTo = [SmallExchange.Centre, Firm] };
        var (organ, centre) = (SmallExchange.Organ, SmallExchange.Centre);
        System.Collections.Immutable.ImmutableArray<string> reads = ["question", "note", "answer", "remark", "arrangement"];
        return small with
        {
            Digest = new string('d', 64),
            Roles = [.. small.Roles.Select(role => role with { Reads = reads }), new RoleDefinition(Firm, new LocalizedText("律所", "Firm"), reads, [])],
            States = [.. small.States, new StateDefinition(Paused, new LocalizedText("已中止", "Paused"), Final: false)],
            Steps =
            [
                .. small.Steps.Where(step => step.Name != SmallExchange.Note).Select(step =>
                    step.Name == SmallExchange.Withdraw ? step with { From = [SmallExchange.Asked, Paused] }
                    : step.Name == SmallExchange.Answer ? step with { DeliverTo = [organ, Firm] }
                    : step),
                note,
                note with { Name = Pause, From = [SmallExchange.Asked], To = Paused, View = new ViewChange.Put("pause"), DeliverTo = [centre] },
                note with { Name = Resume, From = [Paused], To = SmallExchange.Asked, View = new ViewChange.Put("pause"), DeliverTo = [centre] },
                note with { Name = Remark, By = [centre, Firm], From = [SmallExchange.Asked], View = new ViewChange.Put("remark"), DeliverTo = [organ] },
                note with
                {
                    Name = Involve, By = [centre], From = [SmallExchange.Asked], View = new ViewChange.Put("arrangement"), DeliverTo = [Firm],
                    Parties = [new PartyRule(Firm, PayloadPath.Parse("firm"), null, [AgencyKinds.LawFirm], Required: true)],
                },
                note with { Name = Release, By = [centre], From = [SmallExchange.Asked], View = new ViewChange.Put("release"), Releases = [Firm], DeliverTo = [Firm] },
            ],
        };
    }
}
