using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>An issuer and where it stands.</summary>
internal sealed record IssuerDraft(Word Url, AgencyIssuer Issuer);

/// <summary>Reads the trusted issuers of an agency: <c>issuers: [{ url, algorithms, allowed-addresses, jwks | jwks-file, people, staff }]</c>.</summary>
internal static class IssuerForm
{
    private const int GrantsMax = 50, OperationsMax = 100, AcrMax = 10, UrlCharsMax = 500;

    private static readonly string[] StaffKinds = [AgencyKinds.JusticeBureau, AgencyKinds.AidCentre];

    private static readonly Dictionary<string, StaffRole> Roles = new(StringComparer.Ordinal)
    {
        ["operator"] = StaffRole.Operator, ["auditor"] = StaffRole.Auditor, ["administrator"] = StaffRole.Administrator,
    };

    /// <param name="kind">The agency's kind, as far as it could be read.</param>
    public static IssuerDraft? Read(YamlNode node, string? kind, KeyFiles keys, bool plainText, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var before = faults.Count;
        var url = map.Text("url", UrlCharsMax);
        ChannelForm.Address(url, plainText, faults);
        var pinned = map.Node.Find("jwks") is not null || map.Node.Find("jwks-file") is not null;
        var set = pinned ? keys.Read(map) : null;
        var algorithms = ReadAlgorithms(map, pinned);
        var people = map.Find("people") is { } users ? ReadPeople(users, faults) : null;
        var staff = map.Find("staff") is { } own ? ReadStaff(own, faults) : null;
        var networks = ChannelForm.Networks(map, "allowed-addresses", min: pinned && staff is null ? 0 : 1);
        map.Find("jwks");
        map.Find("jwks-file");
        map.Close();
        if (people is null && staff is null && faults.Count == before)
        {
            faults.Add(map.Node, IssuerFaults.ForNobody);
        }

        if (staff is not null && kind is not null && !StaffKinds.Contains(kind, StringComparer.Ordinal))
        {
            faults.Add(map.Find("staff") ?? map.Node, AgencyFaults.FirmKind, string.Join(", ", StaffKinds));
        }

        return url is null || faults.Count > before
            ? null
            : new IssuerDraft(url, new AgencyIssuer(
                url.Text, set?.Json, networks, algorithms, people, staff));
    }

    /// <param name="pinned">Whether the keys stand in the configuration.</param>
    public static ImmutableArray<string> ReadAlgorithms(MapReader map, bool pinned)
    {
        var words = map.Texts("algorithms", 1, AgencyIssuer.AlgorithmNames.Length);
        foreach (var word in words.Where(word => !AgencyIssuer.AlgorithmNames.Contains(word.Text)))
        {
            map.Faults.Add(word.At, ConfigurationFaults.ValueUnknown, string.Join(", ", AgencyIssuer.AlgorithmNames));
        }

        // Keys in this configuration are on P-256 alone, so that another algorithm would never meet its key.
        foreach (var word in words.Where(word => pinned && word.Text != "ES256"))
        {
            map.Faults.Add(word.At, ConfigurationFaults.ValueUnknown, "ES256");
        }

        return [.. words.Select(word => word.Text)];
    }

    private static DelegationRules? ReadPeople(YamlNode node, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var audience = map.Text("audience");
        var once = map.Flag("single-use", otherwise: false);
        var grants = map.List("grants", 1, GrantsMax, entry =>
        {
            var grant = MapReader.Open(entry, faults);
            var who = ReadWho(grant);
            var operations = grant?.Texts("operations", 1, OperationsMax) ?? [];
            foreach (var operation in operations.Where(operation => !IsKnown(operation.Text)))
            {
                faults.Add(operation.At, ConfigurationFaults.ReferenceUnknown, "操作 operation", operation.Text);
            }

            grant?.Close();
            return who is null ? null : new DelegationGrant(who.Value, [.. operations.Select(word => word.Text)]);
        });
        map.Close();
        return audience is null ? null : new DelegationRules(audience.Text, once, grants);
    }

    private static bool IsKnown(string operation) => operation.EndsWith("/*", StringComparison.Ordinal)
        ? Operation.All.Any(known => known.Name.StartsWith(operation[..^1], StringComparison.Ordinal))
        : Operation.Find(operation) is not null;

    private static StaffRules? ReadStaff(YamlNode node, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var client = map.Text("client-id");
        var roles = map.List("roles", 1, GrantsMax, entry =>
        {
            var grant = MapReader.Open(entry, faults);
            var who = ReadWho(grant);
            var role = grant?.Choice("role", Roles);
            grant?.Close();
            return who is null || role is null ? null : new StaffGrant(who.Value, role.Value);
        });
        foreach (var _ in roles.GroupBy(grant => grant.Who).Where(same => same.Count() > 1))
        {
            faults.Add(map.Find("roles") ?? map.Node, IssuerFaults.RoleShared);
        }

        var acr = map.Texts("step-up-acr", 0, AcrMax);
        map.Close();
        return client is null ? null : new StaffRules(client.Text, roles, [.. acr.Select(word => word.Text)]);
    }

    private static ClaimRule? ReadWho(MapReader? map)
    {
        var (claim, value) = (map?.Text("claim"), map?.Text("value"));
        return claim is null || value is null ? null : new ClaimRule(claim.Text, value.Text);
    }
}

/// <summary>What can be wrong with trusted issuers alone.</summary>
[FaultRows]
public static class IssuerFaults
{
    public static readonly FaultCode ForNobody = Row("CONFIG_ISSUER_FOR_NOBODY",
        "该身份提供方未授权任何人", "The issuer is trusted for nobody", "填写 people 或 staff，或删除该项", "Give `people` or `staff`, or remove the issuer");

    public static readonly FaultCode RoleShared = Row("CONFIG_STAFF_ROLE_SHARED",
        "同一声明值对应多个角色；操作员、审计员、管理员必须分设", "One claim value makes two roles; operator, auditor and administrator are kept apart",
        "为每个角色使用不同的声明值", "Give each role a claim value of its own");

    public static readonly FaultCode IssuerTwice = Row("CONFIG_ISSUER_TWICE",
        "该身份提供方已由 {0} 登记", "The issuer is trusted for {0} already", "一个身份提供方只属于一个机构", "An issuer belongs to one agency");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
