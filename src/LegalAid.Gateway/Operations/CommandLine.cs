using System.CommandLine;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations.ConfigurationChanges;
using LegalAid.Gateway.Operations.Connect;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Operations.KeyChanges;
using LegalAid.Gateway.Operations.Peers;
using Microsoft.AspNetCore.Connections;

namespace LegalAid.Gateway.Operations;

/// <summary>The executable's verbs. Each exits 0 where all is well, 1 where something is wrong with what it was given, 2 for a misuse.</summary>
public static class CommandLine
{
    /// <summary>Exit code of a verb that was not used as it is meant to be.</summary>
    public const int Misuse = 2;

    private static readonly Option<string> Config = new("--config", "-c")
    {
        Description = "配置目录 · Folder of the configuration.",
        DefaultValueFactory = _ => "gateway-config",
        Recursive = true,
    };

    private static readonly Option<string> Work = new("--work", "-w")
    {
        Description = "工作目录，账本与密钥的路径相对于它 · Folder to which the paths of ledger and keys are relative.",
        DefaultValueFactory = _ => ".",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("法律援助网关 · Gateway between a legal-aid bureau and the bodies it works with.")
        {
            Serve(),
            Check(),
            ExplainCommand.Create(OptionsOf),
            DecideCommand.Create(OptionsOf),
            KeyVerbs.Create(OptionsOf, Work),
            ConfigurationVerbs.Create(OptionsOf, Work),
            ConnectorVerbs.Create(OptionsOf, Work),
            VerifyCommand.Create(OptionsOf),
            ExportCommand.Create(OptionsOf),
            AccessCommand.Create(OptionsOf),
            EnrolVerbs.Create(Work),
            ConnectVerb.Create(),
            DirectoryVerbs.Create(),
            PeerVerbs.Create(OptionsOf, Work),
            DeliveryVerbs.Deliveries(Work),
            DeliveryVerbs.Replay(Work),
            CalendarVerbs.Create(Work),
            EvidenceVerbs.Witness(),
            EvidenceVerbs.Reconcile(OptionsOf),
            BackupVerbs.Backup(OptionsOf),
            BackupVerbs.Restore(OptionsOf),
        };
        root.Options.Add(Config);
        root.Options.Add(Work);
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? Misuse : code;
    }

    private static Command Serve()
    {
        var rest = Address("--rest", "代替 listeners.rest：同一台机器上的多个节点共用一套配置 · Instead of listeners.rest: several nodes of one machine have one configuration.");
        var grpc = Address("--grpc", "代替 listeners.grpc · Instead of listeners.grpc.");
        var command = new Command("serve", "运行网关，直到收到中断信号 · Run the gateway until it is interrupted.") { rest, grpc };
        command.SetAction((arguments, cancellationToken) => GuardAsync(async () =>
        {
            var options = OptionsOf(arguments) with { Adjust = settings => Elsewhere(settings, arguments.GetValue(rest), arguments.GetValue(grpc)) };
            await using var app = await GatewayHost.BuildAsync(options, cancellationToken);
            await app.StartAsync(cancellationToken);
            Console.Out.WriteLine($"网关已启动 · The gateway listens on {string.Join(", ", app.Urls)}. Ctrl-C 停止 · stops it.");
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }));
        return command;
    }

    /// <summary>The settings with other listeners, which are held to the same rules as those of the file.</summary>
    private static GatewaySettings Elsewhere(GatewaySettings settings, Uri? rest, Uri? grpc)
    {
        var listeners = new ListenerSettings { Rest = rest ?? settings.Listeners.Rest, Grpc = grpc ?? settings.Listeners.Grpc };
        var fault = ListenerSettings.FaultOf(listeners.Rest, settings.AllowPlainText) ?? ListenerSettings.FaultOf(listeners.Grpc, settings.AllowPlainText)
            ?? (listeners.ShareAPort ? SettingsFaults.SamePort : null);
        return fault is null
            ? settings with { Listeners = listeners }
            : throw new StartRefusedException($"--rest, --grpc: {fault.Code} {fault.Zh}；{fault.RemedyZh} · {fault.En}. {fault.RemedyEn}");
    }

    /// <summary>An option that takes a whole address.</summary>
    internal static Option<Uri?> Address(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address))
            {
                return address;
            }

            result.AddError($"{name} 须为完整地址，如 http://127.0.0.1:8080 · {name} takes a whole address, such as http://127.0.0.1:8080");
            return null;
        },
    };

    private static Command Check()
    {
        var command = new Command("check", "检查配置，列出全部问题及其位置 · Check the configuration and list every fault with its place.");
        command.SetAction(arguments => Guard(() =>
        {
            var outcome = HostConfiguration.Check(OptionsOf(arguments), out _);
            ConfigurationReport.Write(Console.Out, outcome, TimeProvider.System.GetUtcNow().CivilDate());
            return outcome is LoadOutcome.Loaded ? 0 : 1;
        }));
        return command;
    }

    private static GatewayHostOptions OptionsOf(ParseResult arguments) => new()
    {
        ConfigurationFolder = arguments.GetRequiredValue(Config),
        WorkingFolder = arguments.GetRequiredValue(Work),
    };

    internal static int Guard(Func<int> act)
    {
        try
        {
            return act();
        }
        catch (StartRefusedException refused)
        {
            Console.Error.WriteLine(refused.Message);
            return 1;
        }
    }

    internal static async Task<int> GuardAsync(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception refused) when (refused is StartRefusedException or StoreRefusedException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"监听地址已被占用，请修改 gateway.yaml 的 listeners · A listener's address is taken; change listeners in gateway.yaml. {taken.Message}");
            return 1;
        }
    }
}
