using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>
/// How far and how long. By coordinates where both ends have them, else by region: one county 10 km, one city 60, one province 300.
/// Coarse on purpose, and on the long side within a city: a roster that needs the minute needs a person.
/// </summary>
public static class Travel
{
    /// <summary>From the office to the station, in kilometres.</summary>
    public static double HomeKilometres(DutyLawyer lawyer, Station station) => Kilometres(lawyer.At, lawyer.Home, station.At, station.Region);

    /// <summary>From one station to the other; none within the same station.</summary>
    public static TimeSpan Between(Station from, Station to, DutyOptions options) =>
        from.Id == to.Id ? TimeSpan.Zero : options.TravelOverhead + TimeSpan.FromMinutes(Math.Ceiling(60 * Kilometres(from.At, from.Region, to.At, to.Region) / options.TravelKmPerHour));

    private static double Kilometres(GeoPoint? from, RegionCode fromRegion, GeoPoint? to, RegionCode toRegion) =>
        from is { } a && to is { } b ? a.KilometresTo(b)
        : fromRegion == toRegion && fromRegion.Level == RegionLevel.County ? 10
        : fromRegion.Prefecture is { } city && city == toRegion.Prefecture ? 60
        : fromRegion.Province == toRegion.Province ? 300
        : 1500;
}
