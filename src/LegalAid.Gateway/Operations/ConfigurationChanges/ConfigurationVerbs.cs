using System.CommandLine;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Operations.Socket;

namespace LegalAid.Gateway.Operations.ConfigurationChanges;

/// <summary>The verbs of the active configuration: which it is, what waits for two people, and how it is changed where they cannot be waited for.</summary>
internal static class ConfigurationVerbs
{
    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf, Option<string> work)
    {
        var command = new Command("configuration", "现行配置与待批准的更改 · The active configuration, and changes that wait for an approval.");
        command.Subcommands.Add(SocketVerb.Create("status", "现行配置，是否有更改待批准 · Which is active, and whether a change waits.", work, async (socket, _, cancellationToken) =>
        {
            var answer = await socket.AskAsync<ConfigurationAnswer>("/configuration/status", new { }, cancellationToken);
            Console.Out.WriteLine($"现行 · Active: {answer.Active}");
            if (answer.Waiting is { } waiting)
            {
                Console.Out.WriteLine($"待双人复核 · Waits for two people: {waiting}  /console/configuration");
            }
        }));
        command.Subcommands.Add(Activate(optionsOf, work));
        return command;
    }

    private static Command Activate(Func<ParseResult, GatewayHostOptions> optionsOf, Option<string> work)
    {
        var without = new Option<bool>("--without-approval") { Description = "不等双人复核；事后复核 · Do not wait for two people; it is reviewed afterwards." };
        var offline = new Option<bool>("--offline") { Description = "网关未运行，直接写账本 · The gateway does not run: write to the ledger itself." };
        var reason = new Option<string>("--reason") { Description = "事由，写入存证 · Why, as the evidence says.", Required = true };
        var command = new Command("activate", "紧急时启用未经批准的配置 · In an emergency, activate a configuration that nobody approved.") { without, offline, reason, SocketVerb.As };
        command.SetAction((arguments, cancellationToken) => CommandLine.GuardAsync(async () =>
        {
            var (by, why) = (arguments.GetRequiredValue(SocketVerb.As), arguments.GetRequiredValue(reason));
            if (!arguments.GetValue(without))
            {
                throw new StartRefusedException(
                    "在 /console/configuration 申请，由另一名管理员批准；不能等待时加 --without-approval · Ask at /console/configuration, and have another administrator approve; "
                    + "where that cannot wait, add --without-approval");
            }

            var configuration = HostConfiguration.Read(optionsOf(arguments));
            var refused = arguments.GetValue(offline)
                ? await OfflineAsync(optionsOf(arguments), configuration, by, why, cancellationToken)
                : await OnlineAsync(arguments.GetRequiredValue(work), configuration.Snapshot.Digest, by, why, cancellationToken);
            if (refused is not null)
            {
                throw new StartRefusedException(refused);
            }

            Console.Out.WriteLine($"已生效并存证，待事后复核 · Active, with evidence, and waits for its review at /console/approvals: {configuration.Snapshot.Digest}");
            return 0;
        }));
        return command;
    }

    private static async Task<string?> OnlineAsync(string work, string digest, string by, string reason, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new OperationsClient(work);
            await client.AskAsync<ChangedAnswer>("/configuration/activate", new ActivateRequest(digest, by, reason), cancellationToken);
            return null;
        }
        catch (OperationsRefusedException refused)
        {
            return refused.Message;
        }
    }

    private static async Task<string?> OfflineAsync(
        GatewayHostOptions options, HostConfiguration configuration, string by, string reason, CancellationToken cancellationToken)
    {
        var keys = KeyFolder.Open(Path.Combine(options.WorkingFolder, configuration.Settings.KeyFolder), options.Time);
        await using var opened = await LedgerStores.OpenAsync(options, configuration.Settings, HostLogging.Early(options.Logs), cancellationToken);
        var (ids, ring) = (new SystemIds(opened.Time), keys.LoadRing());
        await new RingRecord(opened.Store, ids, opened.Time).CheckAsync(ring, cancellationToken);
        var archive = new ConfigurationArchive(opened.Store, configuration.Load, opened.Time, ids);
        return await WithoutApproval.ActivateAsync(archive, new ReviewBook(opened.Store, ring, ids, opened.Time), ring, configuration.Snapshot, by, reason, cancellationToken)
            is { } refused ? Told(refused) : null;
    }

    private static string Told(LocalizedText text) => $"{text.Zh} · {text.En}";
}
