using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Operations;

/// <summary>Says what a configuration is, or all that is wrong with it.</summary>
internal static class ConfigurationReport
{
    /// <param name="today">The civil date, by which rows of the sharing matrix end and figures of the law grow old.</param>
    public static void Write(TextWriter output, LoadOutcome outcome, DateOnly today)
    {
        switch (outcome)
        {
            case LoadOutcome.Loaded loaded:
                Warnings(output, WarningsOf(loaded, today));
                Write(output, loaded.Snapshot, today);
                break;
            case LoadOutcome.Faulty faulty:
                Warnings(output, faulty.Warnings);
                foreach (var fault in faulty.Faults)
                {
                    output.WriteLine($"错误 ERROR {fault}");
                }

                output.WriteLine($"配置有 {faulty.Faults.Count} 处错误 · The configuration has {faulty.Faults.Count} faults.");
                break;
            default:
                throw new InvalidOperationException($"outcome {outcome}");
        }
    }

    /// <summary>What an operator should know of a sound configuration.</summary>
    public static IReadOnlyList<ConfigurationFault> WarningsOf(LoadOutcome.Loaded loaded, DateOnly today) =>
    [
        .. loaded.Warnings, .. new SharingReview(loaded.Snapshot, loaded.Snapshot.Offered).WarningsOn(today), .. PackReview.WarningsOn(loaded.Snapshot.Eligibility, today),
    ];

    /// <summary>120 columns with the gaps between.</summary>
    private static readonly int[] SharingWidths = [27, 18, 34, 35];

    private static void Write(TextWriter output, ConfigurationSnapshot snapshot, DateOnly today)
    {
        output.WriteLine($"配置无误 · The configuration is sound. {snapshot.Digest}");
        foreach (var kind in snapshot.Agencies.All.GroupBy(agency => agency.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {kind.Key,-18} {kind.Count(),3}  {string.Join(' ', kind.Select(agency => agency.Title.Zh))}");
        }

        WriteEntries(output, snapshot, today);
        foreach (var type in snapshot.Types.Values.OrderBy(type => type.Id.Value, StringComparer.Ordinal))
        {
            output.WriteLine(
                $"  {type.Id.Value,-38} {type.Steps.Length,2} 步骤 steps  {type.Clocks.Length,2} 期限 clocks  {type.Digest[..12]}  {type.Title.Zh}");
        }

        foreach (var service in snapshot.Services.Values.OrderBy(service => service.Agency.Value, StringComparer.Ordinal).ThenBy(service => service.Name, StringComparer.Ordinal))
        {
            output.WriteLine($"  /svc/{service.Agency}/{service.Name}  {service.Address}  {service.Title.Zh}");
            foreach (var call in service.Calls)
            {
                output.WriteLine($"    {call.Method,-4} {call.Path}{(call.Query.IsEmpty ? "" : $"?{string.Join('&', call.Query)}")}");
            }
        }

        foreach (var by in snapshot.Eligibility.Packs)
        {
            output.WriteLine(
                $"  {by.Pack.Id,-38} {by.Pack.Rules.Length,2} 规则 rules  {snapshot.Eligibility.Examples[by.Pack.Id].Length,3} 示例 examples  {by.Digest[..12]}"
                + $"  {by.Pack.From:yyyy-MM-dd} – {by.Pack.Until:yyyy-MM-dd}  {(by.Pack.Standing == PackStanding.Historical ? "历史 historical  " : "")}{by.Pack.Title.Zh}");
        }

        var sharing = new WrappedTable([.. SharingTable.Head.Zip(SharingWidths)]);
        sharing.WriteHead(output);
        foreach (var line in SharingTable.LinesOf(snapshot.Sharing))
        {
            sharing.Write(output, line);
        }
    }

    /// <summary>Entries that somebody else vouches for, those that end first in front.</summary>
    private static void WriteEntries(TextWriter output, ConfigurationSnapshot snapshot, DateOnly today)
    {
        foreach (var agency in snapshot.Agencies.All.OrderBy(agency => agency.Entry?.Until).ThenBy(agency => agency.Id.Value, StringComparer.Ordinal))
        {
            if (agency.Entry is not { } entry)
            {
                continue;
            }

            var days = entry.Until.CivilDate().DayNumber - today.DayNumber;
            var standing = days < 0 ? "警告 WARN 已失效，其系统不予接入 · ended: its systems are shut out"
                : days <= SharingReview.Notice.Days ? $"警告 WARN {days} 天后失效 · ends in {days} days" : "";
            output.WriteLine($"  {agency.Id.Value,-32} 签名条目 signed by {entry.Signer}, {entry.Issued.CivilDate():yyyy-MM-dd} → {entry.Until.CivilDate():yyyy-MM-dd}  {standing}");
        }
    }

    /// <summary>What rows may speak of beside the gateway's own; facts are not asked for yet.</summary>
    private static void Warnings(TextWriter output, IReadOnlyList<ConfigurationFault> warnings)
    {
        foreach (var warning in warnings)
        {
            output.WriteLine($"警告 WARN  {warning}");
        }
    }
}

/// <summary>Says which keys there are, and never what they are.</summary>
internal static class KeyReport
{
    public static void Write(KeyFolder keys, TextWriter output)
    {
        output.WriteLine($"密钥环 · Key ring {keys.LoadRing().Id}");
        foreach (var purpose in Enum.GetValues<SigningPurpose>())
        {
            var all = keys.LoadSigningKeys(purpose);
            foreach (var (kid, key) in all)
            {
                using (key)
                {
                    output.WriteLine($"  {purpose,-8} {kid}{(kid == all[^1].Kid ? "  签名 signs" : "")}");
                }
            }
        }

        foreach (var name in keys.LogKeyNames())
        {
            output.WriteLine($"  {"Log",-8} {name}  签名 signs");
        }
    }
}
