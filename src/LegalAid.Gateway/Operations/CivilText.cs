using System.Globalization;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Operations;

/// <summary>Instants as operators read them: civil time.</summary>
internal static class CivilText
{
    public static string Seconds(DateTimeOffset at) => at.ToCivil().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Minutes(DateTimeOffset at) => at.ToCivil().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
