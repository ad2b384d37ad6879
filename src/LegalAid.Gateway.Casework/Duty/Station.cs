using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>Where duty is done.</summary>
public enum StationKind
{
    /// <summary>看守所.</summary>
    DetentionCentre,

    /// <summary>检察院.</summary>
    Procuratorate,

    /// <summary>法院.</summary>
    Court,

    /// <summary>法律援助工作站.</summary>
    Workstation,
}

/// <summary>A place on the earth, in degrees, as exactly as travel needs it (two decimals are a kilometre).</summary>
public readonly record struct GeoPoint(double Latitude, double Longitude)
{
    private const double EarthRadiusKm = 6371;

    /// <summary>Along the great circle.</summary>
    public double KilometresTo(GeoPoint other)
    {
        var (from, to) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(other.Latitude));
        var (up, along) = (Math.Sin((to - from) / 2), Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2));
        return 2 * EarthRadiusKm * Math.Asin(Math.Min(1, Math.Sqrt((up * up) + (Math.Cos(from) * Math.Cos(to) * along * along))));
    }
}

/// <summary>A station (值班站点).</summary>
/// <param name="Id">Unique in the case.</param>
/// <param name="Kind">What it belongs to.</param>
/// <param name="NameZh">As on its door.</param>
/// <param name="NameEn">The same in English.</param>
/// <param name="Region">Its county or city.</param>
/// <param name="At">Where it is; null: travel goes by the region alone.</param>
public sealed record Station(StationId Id, StationKind Kind, string NameZh, string NameEn, RegionCode Region, GeoPoint? At = null);
