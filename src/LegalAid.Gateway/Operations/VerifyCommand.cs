using System.CommandLine;
using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The verbs <c>verify …</c>: offline, with public keys, without writing anything. They exit 0 where nothing was found, 1 with findings, 2 for
/// a misuse, such as a file that is not there.
/// </summary>
internal static class VerifyCommand
{
    private static readonly Option<string> Jwks = new("--keys") { Description = "公布的公钥集（JWKS 文件） · File with the published JWK set.", HelpName = "JWKS" };

    internal static readonly Option<string[]> LogKeys = new("--log-key")
    {
        Description = "日志公钥（vkey 或文件，可重复） · The log's vkey, or a file of them; may be repeated.", HelpName = "VKEY",
    };

    internal static readonly Option<string[]> Witnesses = new("--witness")
    {
        Description = "见证方公钥（vkey 或文件，可重复） · A witness's vkey, or a file of them; may be repeated.", HelpName = "VKEY",
    };

    private static readonly Option<string[]> Checkpoints = new("--checkpoint")
    {
        Description = "从他处取得的检查点（文件，可重复） · A checkpoint got from elsewhere; may be repeated.", HelpName = "FILE",
    };

    private static readonly Option<TimeSpan> MergeDelay = new("--merge-delay")
    {
        Description = "条目进入日志的最长时间 · How long a leaf may wait for its place in the log.", DefaultValueFactory = _ => new TimeBounds().MergeDelay,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "供程序读取 · For machines." };

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var command = new Command("verify", "离线核验回执、证明、检查点、账本或案卷包 · Verify a receipt, a proof, checkpoints, a store or a case bundle, offline.");
        command.Subcommands.Add(Receipt());
        command.Subcommands.Add(Proof());
        command.Subcommands.Add(Two());
        command.Subcommands.Add(Store(optionsOf));
        command.Subcommands.Add(Bundle());
        return command;
    }

    private static Command Receipt()
    {
        var file = new Argument<string>("file") { Description = "回执（JWS） · The receipt, a JWS." };
        var proof = new Option<string>("--proof") { Description = "包含证明（tlog-proof） · Its inclusion proof.", HelpName = "FILE" };
        var payload = new Option<string>("--payload") { Description = "所发内容（JSON） · What was sent, as JSON.", HelpName = "FILE" };
        var command = With(new Command("receipt", "核验回执 · Verify a receipt."), file, Jwks, LogKeys, Witnesses, proof, payload, Checkpoints, MergeDelay, Json);
        command.SetAction((arguments, _) => ReportAsync(arguments, (keys, findings) =>
        {
            var path = arguments.GetRequiredValue(file);
            var question = new ReceiptQuestion(
                Text(path), arguments.GetValue(payload) is { } content ? (ReadOnlyMemory<byte>?)Bytes(content) : null,
                arguments.GetValue(proof) is { } proven ? ReadProof(proven) : null, Outside(arguments, keys, findings).ConvertAll(given => given.Checkpoint));
            new ReceiptVerifier(keys, BoundsOf(arguments), findings).Check(question, path);
            return keys.Receipts is null ? ["未给 --keys，未验回执签名 · without --keys no receipt's signature is checked"] : [];
        }));
        return command;
    }

    private static Command Proof()
    {
        var file = new Argument<string>("file") { Description = "包含证明（tlog-proof） · The proof." };
        var command = With(new Command("proof", "核验包含证明 · Verify an inclusion proof."), file, LogKeys, Witnesses, MergeDelay, Json);
        command.SetAction((arguments, _) => ReportAsync(arguments, (keys, findings) =>
        {
            var path = arguments.GetRequiredValue(file);
            if (LogProof.Parse(Text(path)) is not { } proof)
            {
                findings.Add(FindingCodes.ProofMalformed, path);
                return [];
            }

            var (checkpoint, leaf) = new ReceiptVerifier(keys, BoundsOf(arguments), findings).CheckProof(proof, expected: null, path);
            if (checkpoint is not null && leaf is not null)
            {
                BoundsOf(arguments).Check(leaf.At, proof.Index, checkpoint, FindingCodes.LeafBackDated, path, findings);
            }

            return [];
        }));
        return command;
    }

    private static Command Two()
    {
        var first = new Argument<string>("a") { Description = "检查点 · A checkpoint." };
        var second = new Argument<string>("b") { Description = "另一检查点 · Another one." };
        var consistency = new Option<string>("--consistency")
        {
            Description = "一致性证明（每行一个散列） · Consistency proof, one hash a line.", HelpName = "FILE",
        };
        var command = With(
            new Command("checkpoints", "比较两个检查点，发现分叉 · Compare two checkpoints and detect a fork."), first, second, LogKeys, Witnesses, consistency, Json);
        command.SetAction((arguments, _) => ReportAsync(arguments, (keys, findings) =>
        {
            var (a, b) = (arguments.GetRequiredValue(first), arguments.GetRequiredValue(second));
            ImmutableArray<TreeHash>? proof = arguments.GetValue(consistency) is { } file
                ? LogProof.ReadHashes(Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries)) ?? throw new MisuseException($"不是散列列表 · no list of hashes: {file}")
                : null;
            var one = CheckedCheckpoint.Read(Text(a), keys, a, findings);
            var other = CheckedCheckpoint.Read(Text(b), keys, b, findings);
            if (one is null || other is null)
            {
                return [];
            }

            CheckedCheckpoint.Compare(one, other, proof, $"{a} {b}", findings);
            return one.Head.Size == other.Head.Size || proof is not null
                ? []
                : ["大小不同，须有一致性证明 · of two sizes: whether one continues the other takes a consistency proof"];
        }));
        return command;
    }

    private static Command Store(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var path = new Argument<string?>("path")
        {
            Description = "SQLite 账本；不填则用配置中的账本与密钥目录 · A SQLite ledger; without it the configured one, with its key folder.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var keyFolder = new Option<string>("--key-folder")
        {
            Description = "密钥目录：解开内容一并核验 · Key folder: opens what is sealed and verifies it too.", HelpName = "FOLDER",
        };
        var command = With(
            new Command("store", "核验整个账本 · Verify a whole store."), path, Jwks, LogKeys, Witnesses, keyFolder, Checkpoints, MergeDelay, Json);
        command.SetAction((arguments, cancellationToken) => ReportAsync(arguments, async (keys, findings) =>
        {
            using var opened = OpenedArchive.Open(arguments.GetValue(path), arguments.GetValue(keyFolder), () => optionsOf(arguments));
            var trusted = opened.Trusted(keys);
            var question = new StoreQuestion
            {
                Keys = trusted, Ring = opened.Keys?.LoadRing(), Bounds = BoundsOf(arguments), Outside = Outside(arguments, trusted, findings),
            };
            var progress = arguments.GetValue(Json) ? null : new Progress<StoreTally>(Tell);
            var tally = await new StoreVerifier(opened.Archive, question, findings).RunAsync(progress, cancellationToken);
            return new StoreReport(
                [
                    ("leaves", tally.Leaves), ("unlogged", tally.Unlogged), ("tiles", tally.Tiles), ("checkpoints", tally.Checkpoints),
                    ("exchanges", tally.Exchanges), ("messages", tally.Messages), ("deliveries", tally.Deliveries), ("attachments", tally.Attachments),
                    ("erased", tally.Erased), ("accesses", tally.Accesses),
                ],
                [
                    .. opened.Keys is null ? (string[])["内容已加密，未给密钥目录 · payloads, documents and receipts are sealed, and no key folder was given"] : [],
                    .. Untrusted(trusted),
                ]);
        }));
        return command;
    }

    private static Command Bundle()
    {
        var file = new Argument<string>("file") { Description = "案卷包（zip） · The case bundle." };
        var command = With(new Command("bundle", "核验案卷包 · Verify a case bundle."), file, Jwks, LogKeys, Witnesses, MergeDelay, Json);
        command.SetAction((arguments, _) => ReportAsync(arguments, (keys, findings) =>
        {
            using var zip = Open(arguments.GetRequiredValue(file));
            var tally = new BundleVerifier(keys, BoundsOf(arguments), findings).Verify(zip);
            return Task.FromResult(new StoreReport(
                [("files", tally.Files), ("messages", tally.Messages), ("attachments", tally.Attachments), ("leaves", tally.Leaves)],
                keys.Receipts is null || keys.Logs.IsEmpty
                    ? ["公钥取自包中，请与公布的公钥核对 · keys were taken from the bundle: compare them with those published"]
                    : []));
        }));
        return command;
    }

    private static void Tell(StoreTally tally) => Console.Error.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"… {tally.Leaves} leaves, {tally.Messages} messages"));

    private static Task<int> ReportAsync(ParseResult arguments, Func<PublicKeys, FindingList, IReadOnlyList<string>> check) =>
        ReportAsync(arguments, (keys, findings) => Task.FromResult(new StoreReport([], [.. check(keys, findings), .. Untrusted(keys)])));

    private static async Task<int> ReportAsync(ParseResult arguments, Func<PublicKeys, FindingList, Task<StoreReport>> check)
    {
        try
        {
            var (keys, findings) = (KeysOf(arguments), new FindingList());
            var (looked, missing) = await check(keys, findings);
            var report = new FindingReport(findings.Sorted(), findings.Count, looked, missing);
            report.Write(Console.Out, arguments.GetValue(Json));
            return report.ExitCode;
        }
        catch (Exception misuse) when (misuse is MisuseException or StartRefusedException or StoreRefusedException)
        {
            await Console.Error.WriteLineAsync(misuse.Message);
            return CommandLine.Misuse;
        }
    }

    private static IEnumerable<string> Untrusted(PublicKeys keys)
    {
        if (keys.Logs.IsEmpty)
        {
            yield return "未给 --log-key，未验检查点签名 · without --log-key no checkpoint's signature is checked";
        }

        if (keys.Witnesses.IsEmpty)
        {
            yield return "未给 --witness，没有外部时间 · without --witness no time is confirmed from outside";
        }
    }

    internal static PublicKeys KeysOf(ParseResult arguments) => new(
        arguments.GetValue(Jwks) is { } file ? PublicKeys.ReadJwks(Bytes(file)) ?? throw new MisuseException($"不是 JWKS · no JWK set: {file}") : null,
        [.. ReadKeys(arguments.GetValue(LogKeys))], [.. ReadKeys(arguments.GetValue(Witnesses))]);

    private static IEnumerable<NoteKey> ReadKeys(string[]? given) =>
        (given ?? []).SelectMany(value => File.Exists(value) ? Text(value).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [value])
            .Select(value => NoteKey.Parse(value) ?? throw new MisuseException($"不是 vkey · no vkey: {value}"));

    private static List<(string Name, CheckedCheckpoint Checkpoint)> Outside(ParseResult arguments, PublicKeys keys, FindingList findings) =>
    [
        .. (arguments.GetValue(Checkpoints) ?? [])
            .Select(file => (Name: file, Checkpoint: CheckedCheckpoint.Read(Text(file), keys, file, findings)))
            .Where(given => given.Checkpoint is not null)
            .Select(given => (given.Name, given.Checkpoint!)), // those that are none have their finding
    ];

    private static TimeBounds BoundsOf(ParseResult arguments) => new() { MergeDelay = arguments.GetValue(MergeDelay) };

    private static LogProof ReadProof(string file) => LogProof.Parse(Text(file)) ?? throw new MisuseException($"不是 tlog-proof · no tlog-proof: {file}");

    private static string Text(string file) => System.Text.Encoding.UTF8.GetString(Bytes(file));

    private static byte[] Bytes(string file)
    {
        using var stream = Open(file);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new MisuseException($"不能读取 · cannot read {file}: {missing.Message}");
        }
    }

    private static Command With(Command command, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
                default:
                    throw new InvalidOperationException($"{symbol.Name} is neither argument nor option");
            }
        }

        return command;
    }

    private sealed record StoreReport(IReadOnlyList<(string Name, long Number)> Looked, IReadOnlyList<string> Unchecked);
}
