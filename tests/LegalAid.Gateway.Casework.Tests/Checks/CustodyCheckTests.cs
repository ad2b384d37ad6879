using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Tests.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>The 24 hours within which a place of custody forwards an application, at their boundary.</summary>
public sealed class CustodyCheckTests
{
    internal static readonly string[] Checks = ["custody-forwarding"];

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData("2026-03-02T09:00:00+08:00", null, "")]
    [InlineData("2026-03-02T09:00:01+08:00", null, "CUSTODY_APPLIED_LATER applyTime")]
    [InlineData("2026-03-01T09:00:00+08:00", null, "")]
    [InlineData("2026-03-01T08:59:59+08:00", null, "CUSTODY_FORWARDED_LATE lateReason")]
    [InlineData("2026-03-01T08:59:59+08:00", "  ", "CUSTODY_FORWARDED_LATE lateReason")]
    [InlineData("2026-03-01T08:59:59+08:00", "押解途中", "")]
    public void Forwarded_AtTheBoundaryOfADay_IsTakenOrTold(string applied, string? reason, string faults)
    {
        var payload = new JsonObject { ["applyTime"] = applied };
        if (reason is not null)
        {
            payload["lateReason"] = reason;
        }

        var type = ShippedType.Snapshot.FindType(new("custody-application")) ?? throw new InvalidOperationException("it is shipped");
        var place = ShippedType.Snapshot.Agencies.Get(AgencyId.Parse("nanning-first-detention-centre"));
        var found = StandardChecks.Catalogue.Check(Checks[0])(new CheckInput(type, type.Opening, payload, [], ImmutableSortedDictionary<string, AgencyId>.Empty, place, Now, ShippedType.Snapshot));

        Assert.Equal(faults, string.Join(", ", found.Faults.Select(fault => $"{fault.Code.Code} {fault.Field}")));
    }
}
