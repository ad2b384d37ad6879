using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Agencies.Holdings;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Cooperation;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>
/// Two centres, one in each city, take up the same applicants (受理登记), each when it likes and whatever state the line is in; they record work, and each gateway's desk settles what
/// it sees, when it comes to it. The type is the shipped one.
/// </summary>
internal sealed class PeersHoldings(Dice dice, PeersCity north, PeersCity south)
{
    private const int Applicants = 3;

    private static readonly StepName Claim = new("claim"), Work = new("work");

    /// <summary>Without its checks: the ledger of a simulation has none.</summary>
    public static ExchangeType Type { get; } = Shipped();

    /// <summary>Applicants whom both centres took up.</summary>
    public int Quarrels { get; private set; }

    /// <summary>What is asked for next, if anything: a claim that the centre has not made yet, or work on one that it has.</summary>
    public PeerRequest? Next(string what, IReadOnlyList<PeerRequest> requests)
    {
        if (dice.Roll($"{what} holding") > 0.25)
        {
            return null;
        }

        var (applicant, city) = (dice.Roll($"{what} applicant", Applicants), dice.Roll($"{what} holder") < 0.5 ? north : south);
        var (centre, other) = (city.Names.Centre, (city == north ? south : north).Names.Centre);
        var request = IdOf(applicant, city);
        if (requests.FirstOrDefault(one => one.Text == request) is not { } claim)
        {
            var payload = new JsonObject
            {
                ["person"] = SyntheticPeople.Adult(applicant + 1), ["matter"] = "labour-pay", ["other"] = other.ResourceName, ["receivedDate"] = "2026-03-02", ["text"] = request,
            };
            return new PeerRequest(request, city, Exchange: null, centre, Claim, other, ledger => ledger.OpenAsync(
                new OpenCommand(centre, Type.Id, [new Opening((JsonObject)payload.DeepClone(), [])], request), LedgerWorld.Cancellation));
        }

        return claim.Opened is not { } exchange
            ? null
            : new PeerRequest(what, city, exchange, centre, Work, other, ledger => ledger.TakeAsync(
                new StepCommand(centre, exchange.Id, Work, new JsonObject { ["note"] = what, ["text"] = what }, [], what), LedgerWorld.Cancellation));
    }

    /// <summary>Both desks look, unless they have other things to do; at rest always.</summary>
    public async Task AttendAsync(string what, IReadOnlyList<PeerRequest> requests)
    {
        foreach (var city in new[] { north, south }.Where(city => city.Mortal.Healed || dice.Roll($"{what} desk {city.Names.Gateway}") < 0.5))
        {
            await city.VisitedAsync(async ledger =>
            {
                var desk = new HoldingDesk(ledger, city.World.Reader, city.World.Configuration);
                foreach (var claim in Claims(requests))
                {
                    if (await city.World.Reader.FindWholeAsync(claim.Id, LedgerWorld.Cancellation) is { } seen)
                    {
                        await desk.AttendAsync(seen, LedgerWorld.Cancellation);
                    }
                }

                return this;
            });
        }
    }

    /// <summary>Of each applicant's claims one is left, the one that the rule is for by both gateways' receipts, with the other's work at hand; both cities say so.</summary>
    public async Task<IReadOnlyList<string>> JudgeAsync(IReadOnlyList<PeerRequest> requests)
    {
        var faults = new List<string>();
        for (var applicant = 0; applicant < Applicants; applicant++)
        {
            var claims = requests.Where(request => request.Step == Claim && (request.Text == IdOf(applicant, north) || request.Text == IdOf(applicant, south)))
                .Select(request => (Request: request, Answer: (request.Answer as CommandOutcome.Accepted)?.Answers[0])).Where(claim => claim.Answer is not null)
                .Select(claim => (claim.Request, Answer: claim.Answer!)).ToList(); // just looked at
            Quarrels += claims.Count == 2 ? 1 : 0;
            var holder = claims.Find(claim => claims.TrueForAll(other => other == claim || HolderRule.Holds(ClaimOf(claim), ClaimOf(other))));
            foreach (var claim in claims)
            {
                foreach (var city in new[] { north, south })
                {
                    var seen = await city.World.Reader.FindWholeAsync(claim.Answer.Exchange.Id, LedgerWorld.Cancellation);
                    var expected = claim == holder ? "held" : "yielded";
                    if (seen?.State.State.Value != expected || seen.State.View.ContainsKey("keeping") != (claim == holder && claims.Count == 2))
                    {
                        faults.Add($"{city.Names.Gateway}: claim {claim.Request.Text} should be {expected} and is {seen?.State.State.Value ?? "not there"}, keeping {seen?.State.View["keeping"]?.ToJsonString() ?? "nothing"}");
                    }
                }
            }
        }

        return faults;

        static HoldingClaim ClaimOf((PeerRequest Request, StepAnswer Answer) claim) => new(claim.Request.Agency, ReceiptTime.Of(claim.Answer.Receipt.Jws));
    }

    private static string IdOf(int applicant, PeersCity city) => string.Create(CultureInfo.InvariantCulture, $"claim.{applicant}.{city.Names.Gateway}");

    private static IEnumerable<PeerExchange> Claims(IReadOnlyList<PeerRequest> requests) =>
        requests.Where(request => request.Step == Claim).Select(claim => claim.Opened).OfType<PeerExchange>();

    private static ExchangeType Shipped()
    {
        var configuration = HostConfiguration.Read(new GatewayHostOptions { ConfigurationFolder = GatewayFixture.ConfigurationFolder });
        var type = configuration.Snapshot.Types[new ExchangeTypeId(HoldingDesk.Type)];
        return type with { Steps = [.. type.Steps.Select(step => step with { Checks = [] })] };
    }
}
