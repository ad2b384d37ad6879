using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The verb <c>accesses</c>: who read what, from the evidence, beside a running gateway or at rest. Exit 0: told, and be it that nobody did; 2: misuse.
/// It tells what leaves say; whether any is missing or was edited, <c>verify store</c> finds.
/// </summary>
internal static class AccessCommand
{
    private const int PageMax = 500;

    /// <summary>How far ids may run behind the time that they were made at.</summary>
    private static readonly TimeSpan IdSlack = TimeSpan.FromHours(1);

    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var exchange = new Option<string?>("--exchange", "-x") { Description = "只列查阅该业务的，exchanges/… · Only accesses to this exchange." };
        var agency = new Option<string?>("--agency", "-a") { Description = "只列该机构的 · Only this agency's." };
        var from = new Option<DateTimeOffset?>("--from") { Description = "不早于 · At or after.", HelpName = "TIME" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "早于 · Before.", HelpName = "TIME" };
        var json = new Option<bool>("--json") { Description = "供程序读取，每行一条 · For machines, one a line." };
        var store = new Option<string?>("--store") { Description = "SQLite 账本；不填则用配置中的 · A SQLite ledger; without it the configured one.", HelpName = "FILE" };
        var keyFolder = new Option<string?>("--key-folder") { Description = "密钥目录；不填则用配置中的 · Key folder; without it the configured one.", HelpName = "FOLDER" };
        var command = new Command("accesses", "谁为何查阅了什么 · Who read what: when, for whom, from where, for which purpose, by which rule.")
        {
            exchange, agency, from, until, json, store, keyFolder,
        };
        command.SetAction(async (arguments, _) =>
        {
            try
            {
                var question = new Question(
                    ExchangeOf(arguments.GetValue(exchange)), AgencyOf(arguments.GetValue(agency)), arguments.GetValue(from), arguments.GetValue(until));
                using var opened = OpenedArchive.Open(arguments.GetValue(store), arguments.GetValue(keyFolder), () => optionsOf(arguments));
                Write(question, opened, arguments.GetValue(json));
                return 0;
            }
            catch (Exception misuse) when (misuse is MisuseException or StartRefusedException or StoreRefusedException)
            {
                await Console.Error.WriteLineAsync(misuse.Message);
                return CommandLine.Misuse;
            }
        });
        return command;
    }

    private static void Write(Question question, OpenedArchive opened, bool json)
    {
        var ring = opened.Keys?.LoadRing();
        var table = new TextTable(
            "时间 time", "机构 agency", "系统 client", "代表 for", "来自 from", "操作 operation", "目的 purpose", "依据 basis", "所见 seen", "字段 fields", "规则 rules", "配置 configuration");
        foreach (var access in Read(question, opened.Archive))
        {
            var (person, hidden) = PersonOf(ring, access);
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new { access, person?.OnBehalfOf, person?.From }, Readable));
                continue;
            }

            foreach (var sight in Sights(access, question.Exchange))
            {
                table.Add(
                    CivilText.Seconds(access.At), access.Agency, access.Client, person?.OnBehalfOf ?? hidden, person?.From ?? hidden,
                    access.Operation[(access.Operation.LastIndexOf('.') + 1)..], sight.Purpose, string.Join(' ', sight.Basis), SeenText(access, sight), sight.Fields,
                    string.Join(' ', sight.Rules), sight.Configuration[..Math.Min(12, sight.Configuration.Length)]);
            }
        }

        if (!json && !table.IsEmpty)
        {
            table.Write(Console.Out);
        }
        else if (!json)
        {
            Console.Out.WriteLine("没有查阅记录 · Nobody did.");
        }
    }

    private static IEnumerable<StatedAccess> Read(Question question, ILedgerArchive archive)
    {
        var (after, until) = (FirstIdOf(question.From - IdSlack), question.Until is { } end ? FirstIdOf(end + IdSlack) : Guid.AllBitsSet);
        for (var page = List(after); page.Count > 0; page = List(page[^1].Id))
        {
            foreach (var leaf in page)
            {
                if (StatedAccess.Read(leaf.Entry) is { } access && question.Wants(access))
                {
                    yield return access;
                }
            }
        }

        IReadOnlyList<ArchivedLeaf> List(Guid last) => archive.ListAccesses(question.Exchange?.Value, last, until, PageMax);
    }

    /// <summary>A line for each group of what was seen by the same rules; one where the answer was that there is nothing. The call's own rules stand where a group has none.</summary>
    private static IEnumerable<StatedSight> Sights(StatedAccess access, ExchangeId? only)
    {
        var call = new StatedSight([], [], access.Purpose, access.Basis, access.Rules, access.Fields, access.Configuration);
        return access.Seen.Where(sight => only is not { } one || sight.Exchanges.Contains(one.ToString(), StringComparer.Ordinal))
            .Select(sight => sight.Rules.IsEmpty
                ? call with { Exchanges = sight.Exchanges, Parts = sight.Parts }
                : sight with { Rules = [.. access.Rules, .. sight.Rules], Configuration = sight.Configuration.Length > 0 ? sight.Configuration : access.Configuration })
            .DefaultIfEmpty(call);
    }

    /// <summary>Whom it was for and from where; or what stands in their place.</summary>
    private static (AccessPerson? Person, string Hidden) PersonOf(KeyRing? ring, StatedAccess access)
    {
        try
        {
            var person = ring is null ? null : AccessPerson.Open(ring, access.Leaf, access.Sealed);
            return (person, access.Sealed.Length > 0 && person is null ? "(密封 sealed)" : "");
        }
        catch (CryptographicException)
        {
            return (null, "(已改动 edited)"); // verify store says so too
        }
    }

    private static string SeenText(StatedAccess access, StatedSight sight) =>
        sight.Exchanges.IsEmpty ? (access.Object.Length > 0 ? access.Object : "无 nothing")
        : $"{string.Join(' ', sight.Exchanges)}{(sight.Parts.IsEmpty ? "" : $" ({string.Join(' ', sight.Parts)})")}";

    private static ExchangeId? ExchangeOf(string? text) =>
        text is null ? null
        : ExchangeId.TryParseResourceName(text, out var id) ? id
        : throw new MisuseException("不是业务名称 · no exchange's name: exchanges/{uuid}");

    private static AgencyId? AgencyOf(string? text) =>
        text is null ? null : AgencyId.TryParse(text, out var agency) ? agency : throw new MisuseException($"不是机构代码 · no agency's id: {text}");

    /// <summary>The smallest UUIDv7 of an instant (RFC 9562 5.7).</summary>
    private static Guid FirstIdOf(DateTimeOffset? at)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, at?.ToUnixTimeMilliseconds() ?? 0) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    private sealed record Question(ExchangeId? Exchange, AgencyId? Agency, DateTimeOffset? From, DateTimeOffset? Until)
    {
        public bool Wants(StatedAccess access) =>
            (Agency is not { } agency || access.Agency == agency.Value) && (From is not { } from || access.At >= from) && (Until is not { } until || access.At < until);
    }
}
