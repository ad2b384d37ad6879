using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Operations.Staff;

/// <summary>
/// Whether there are people here who could approve. Where a configuration lets some agency's staff sign in, what is listed in docs/staff.md takes two of
/// them; where it lets nobody's, there is nobody to ask. That their provider is away, or their agency's entry ran out, changes nothing: or whoever can
/// bring that about would do without them.
/// </summary>
internal static class FourEyes
{
    public static bool AreDemandedBy(ConfigurationSnapshot configuration) =>
        configuration.Agencies.All.Any(agency => agency.Issuers.Any(issuer => issuer.Staff is not null));

    /// <summary>The same of files that this build cannot load: one may say so, or be signed by somebody else and not readable here.</summary>
    public static bool MayBeDemandedBy(IEnumerable<ConfigurationFile> files) =>
        files.Any(file => file.Path.EndsWith(".jws", StringComparison.Ordinal) || file.Text.Contains("staff", StringComparison.Ordinal));

    /// <summary>Whoever acts on the machine, as an approval names them: by what they say they are called.</summary>
    public static ApprovalPerson OnTheMachine(KeyRing ring, string name) => new($"machine#{name}", $"{name}（本机 on the machine）", PersonMark.Of(ring, "machine", name), "machine");
}
