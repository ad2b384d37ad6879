using System.CommandLine;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Operations;

/// <summary>Verbs of the evidence log: be a witness of another gateway's, and decide after a restored backup.</summary>
internal static class EvidenceVerbs
{
    public static Command Witness()
    {
        var listen = new Option<Uri>("--listen") { Description = "监听地址 · Address to listen on.", DefaultValueFactory = _ => new Uri("http://127.0.0.1:8090") };
        var folder = new Option<string>("--folder") { Description = "密钥与记录目录，不得从旧备份恢复 · Folder of key and memory; never restore it from an older copy.", Required = true };
        var name = new Option<string>("--name") { Description = "见证方名称，例如 witness.example/w1 · Name of this witness.", Required = true };
        var logs = new Option<string[]>("--log") { Description = "所见证日志的公钥（vkey），可重复 · Public key (vkey) of a log to watch; may be repeated.", Required = true };
        var command = new Command("witness", "作为见证方，为其他网关的证据日志联署 · Be a witness: cosign the evidence logs of other gateways.") { listen, folder, name, logs };
        command.SetAction((arguments, cancellationToken) => CommandLine.GuardAsync(async () =>
        {
            var (app, key) = WitnessApp.Build(new WitnessAppOptions
            {
                Listen = arguments.GetRequiredValue(listen),
                Folder = arguments.GetRequiredValue(folder),
                Name = arguments.GetRequiredValue(name),
                Logs = [.. arguments.GetRequiredValue(logs).Select(KeyOf)],
            });
            await using (app)
            {
                await app.StartAsync(cancellationToken);
                Console.Out.WriteLine($"见证方已启动 · The witness listens on {string.Join(", ", app.Urls)}. 公钥 · Its key, for gateway.yaml evidence.witnesses: {key}");
                await app.WaitForShutdownAsync(cancellationToken);
                return 0;
            }
        }));
        return command;
    }

    public static Command Reconcile(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var command = new Command(
            "reconcile",
            "恢复旧备份或日志分叉后，以新的日志名称继续；SQLite 须先停止网关 · After a restored backup or a fork: end the former evidence log in public and go on under a new origin. With SQLite, stop the gateway first.");
        command.SetAction((arguments, cancellationToken) => CommandLine.GuardAsync(async () =>
        {
            var options = optionsOf(arguments);
            var settings = HostConfiguration.Read(options).Settings;
            var keys = KeyFolder.OpenOrCreate(Path.Combine(options.WorkingFolder, settings.KeyFolder), options.Time);
            await using var opened = await LedgerStores.OpenAsync(options, settings, HostLogging.Early(options.Logs), cancellationToken);
            var outcome = await LogReconciliation.RunAsync(opened.Store, keys.LoadLogKeys(), opened.Time, new SystemIds(opened.Time), cancellationToken);
            Console.Out.WriteLine(outcome switch
            {
                ReconcileOutcome.Begun begun => $"日志以新名称继续 · The log goes on as {begun.Origin} from size {begun.Size}. 请各见证方登记 · Let each witness register: {string.Join(' ', keys.LoadLogKeys().Of(begun.Origin))}",
                ReconcileOutcome.Damaged damaged => $"日志与自身不符，请恢复备份 · The log disagrees with itself; restore a backup: {damaged.Trouble.Fault} {damaged.Trouble.Detail}",
                ReconcileOutcome.Moved => "日志正在变动，请重试 · The log moved meanwhile; try again.",
                _ => "没有需要处理的问题 · There is nothing to reconcile.",
            });
            return outcome is ReconcileOutcome.Begun ? 0 : 1;
        }));
        return command;
    }

    private static NoteKey KeyOf(string vkey) => NoteKey.Parse(vkey) is { Algorithm: NoteAlgorithm.Ed25519 } key
        ? key
        : throw new StartRefusedException($"不是日志公钥 · Not the public key of a log: {vkey}");
}
