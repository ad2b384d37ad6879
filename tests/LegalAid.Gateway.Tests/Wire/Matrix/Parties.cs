using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Who takes part in a notice, as its request says: known without asking the gateway.</summary>
internal static class Parties
{
    /// <summary>The agency's role in a notice for which counsel of the first firm was named, or is to be; null: it is no party.</summary>
    public static string? RoleOf(string agency, NoticeSample sample) =>
        agency == sample.Organ ? Expectations.Organ
        : agency == sample.AidCentre ? Expectations.AidCentre
        : agency == Notices.FirstFirm ? Expectations.Firm
        : sample.Request.ToJsonString().Contains($"agencies/{agency}\"", StringComparison.Ordinal) ? Expectations.DetentionCentre
        : null;
}
