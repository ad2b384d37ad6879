using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>What an operator should know of packs that are sound: figures that have probably been replaced.</summary>
public static class PackReview
{
    /// <summary>Guangxi has changed its minimum wage every two to four years; after this a newer one is looked for.</summary>
    public const int FigureMonthsMax = 24;

    /// <param name="today">The civil date.</param>
    public static ImmutableArray<ConfigurationFault> WarningsOn(PackLibrary library, DateOnly today) =>
    [
        .. from adjudicator in library.Packs
           where adjudicator.Pack.Standing == PackStanding.InForce && adjudicator.Pack.IsInForceOn(today)
           from parameter in adjudicator.Pack.Parameters
           let newest = parameter.Rows[^1]
           where newest.Values.Any(value => value is not null) && newest.From.AddMonths(FigureMonthsMax) < today
           select new ConfigurationFault(
               Fault.With(EligibilityConfigurationFaults.FigureOld, $"parameters.{parameter.Id}", newest.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"{FigureMonthsMax}"),
               $"eligibility/{adjudicator.Pack.Id}/pack.yaml", 1, 1),
    ];
}
