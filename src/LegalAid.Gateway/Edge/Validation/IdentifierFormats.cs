using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Contracts.Options.V1;

namespace LegalAid.Gateway.Edge.Validation;

/// <summary>The formats whose law is in <c>Casework.Identifiers</c>, so that the edge and the engine refuse with the same codes.</summary>
internal static class IdentifierFormats
{
    /// <summary>The birth date is not held against today here: which day it is belongs to civil time, which the engine keeps.</summary>
    public static IReadOnlyDictionary<Format, Func<string, FaultCode?>> By(ResidentNumberRules residentNumbers) =>
        new Dictionary<Format, Func<string, FaultCode?>>
        {
            [Format.RegionCode] = text => RegionCode.TryParse(text, out _, out var fault) ? null : fault,
            [Format.ResidentNumber] = text => ResidentNumber.TryParse(text, residentNumbers, today: null, out _, out var fault) ? null : fault,
            [Format.LawyerLicence] = text => LawyerLicence.TryParse(text, out _, out var fault) ? null : fault,
            [Format.PersonName] = text => PersonName.TryParse(text, out _, out var fault) ? null : fault,
        };
}
