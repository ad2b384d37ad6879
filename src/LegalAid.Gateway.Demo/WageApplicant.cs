using System.Globalization;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Clocks;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;

namespace LegalAid.Gateway.Demo;

/// <summary>A worker who claims wages and brings papers that speak against hardship; nobody is asked.</summary>
public sealed class WageApplicant(AgencySystem centre, DemoSeeds seeds, CivilClock civil)
{
    /// <summary>Most rounds in which papers are asked for.</summary>
    private const int RoundsMax = 5;

    private string _name = "";

    /// <summary>The verification as others refer to it.</summary>
    public string Exchange => _name.Replace("verifications/", "exchanges/", StringComparison.Ordinal);

    private EligibilityService.EligibilityServiceClient Client => new(centre.Invoker);

    /// <summary>Applies, and supplies papers until nothing more is asked for.</summary>
    public async Task<Verification> ApplyAsync(CancellationToken stop)
    {
        var application = new Application
        {
            Person = seeds.Person("near-threshold").As<Person>(),
            ReceivedDate = civil.Now.CivilDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Place = "450103",
        };
        foreach (var (fact, value) in new[] { ("matter", "labour-pay"), ("has-counsel", "false"), ("other-scope", "false"), ("family-dispute", "false"), ("birth-date", "1985-06-15") })
        {
            application.Facts.Add(new StatedFact { Fact = fact, Value = value, Ground = FactGround.Stated });
        }

        var found = (await Client.VerifyEligibilityAsync(new VerifyEligibilityRequest { Application = application, RequestId = "demo-wages" }, cancellationToken: stop)).Verification;
        _name = found.Name;
        for (var round = 0; round < RoundsMax && found.State == "evidence-needed"; round++)
        {
            var content = new SupplementContent();
            content.Facts.AddRange(found.Determination.Open.Select(fact => new StatedFact { Fact = fact, Value = OnPaper(fact), Ground = FactGround.Document }));
            found = (await Client.SupplyFactsAsync(
                new SupplyFactsRequest { Name = _name, RequestId = $"demo-wages-{round}", Supplement = new Supplement { Added = content } }, cancellationToken: stop)).Verification;
        }

        return found;
    }

    /// <summary>The verification once its seven days are as given, or as it stands when patience ends.</summary>
    public Task<Verification> WhenAsync(ClockState decide, CancellationToken stop) => Patience.WatchAsync(
        token => Client.WatchVerification(new WatchVerificationRequest { Name = _name }, cancellationToken: token),
        seen => seen.Exchange?.Clocks.Any(clock => clock.Clock_ == "decide" && clock.State == decide) == true,
        stop);

    /// <summary>What papers say of a fact so that it speaks against hardship.</summary>
    public static string OnPaper(string fact) => fact switch
    {
        "household-income" or "own-income" or "household-balance" or "own-balance" => "9000.00",
        "household-asset-value" or "own-asset-value" => "0.00",
        "fixed-livelihood" => "true",
        "register" or "spending-cause" or "disability" or "worker-file" => "none",
        "possible-penalty" => "lesser",
        "sex" => "male",
        "limitation-date" => "2027-03-02",
        _ => "false",
    };
}
