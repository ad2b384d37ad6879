using System.CommandLine;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations.Connect;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Operations.Socket;
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
            Keys(),
            VerifyCommand.Create(OptionsOf),
            ExportCommand.Create(OptionsOf),
            AccessCommand.Create(OptionsOf),
            EnrolVerbs.Create(Work),
            ConnectVerb.Create(),
            DirectoryVerbs.Create(),
            DeliveryVerbs.Deliveries(Work),
            DeliveryVerbs.Replay(Work),
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
        var rest = Listener("--rest", "代替 listeners.rest：同一台机器上的多个节点共用一套配置 · Instead of listeners.rest: several nodes of one machine have one configuration.");
        var grpc = Listener("--grpc", "代替 listeners.grpc · Instead of listeners.grpc.");
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

    private static Option<Uri?> Listener(string name, string description) => new(name)
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

    private static Command Keys()
    {
        var command = new Command("keys", "查看与轮换密钥 · Show and rotate keys.");
        var list = new Command("list", "列出密钥（不显示内容） · List the keys, never what they are.");
        list.SetAction(arguments => Guard(() => WithKeys(arguments, KeyReport.Write)));
        var rotate = new Command("rotate", "新增一把密钥；旧密钥继续可用于验证与解密 · Add a key; old ones still verify and decrypt.");
        var kind = new Argument<string>("kind") { Description = "ring | token | receipt | log" };
        kind.AcceptOnlyFromAmong("ring", "token", "receipt", "log");
        rotate.Arguments.Add(kind);
        rotate.SetAction(arguments => Guard(() => WithKeys(arguments, (keys, output) =>
        {
            var name = arguments.GetValue(kind) switch
            {
                "ring" => keys.AddWrappingKey(),
                "token" => keys.AddSigningKey(SigningPurpose.Token),
                "log" => keys.AddLogKey(),
                _ => keys.AddSigningKey(SigningPurpose.Receipt),
            };
            output.WriteLine(arguments.GetValue(kind) == "token"
                ? $"已新增 · Added {name}. 复制到各节点的密钥目录；全部节点获知后自动启用，无须重启 · Copy it to each node's key folder; it signs once all nodes know it, without a restart."
                : $"已新增 · Added {name}. 重启网关后启用 · It is used from the next start on.");
        })));
        var push = new Command("push-secret", "生成或显示推送签名密钥，交给接收机构 · Make or show a push secret, to be given to the receiving agency.");
        var name = new Argument<string>("name") { Description = "配置中 channel.secrets 的名称 · Its name under channel.secrets." };
        push.Arguments.Add(name);
        push.SetAction(arguments => Guard(() => WithKeys(
            arguments, (keys, output) => output.WriteLine(keys.EnsurePushSecret(arguments.GetRequiredValue(name))))));
        command.Subcommands.Add(list);
        command.Subcommands.Add(rotate);
        command.Subcommands.Add(push);
        command.Subcommands.Add(Retire());
        command.Subcommands.Add(Rewrap());
        return command;
    }

    private static Command Retire()
    {
        var kid = new Argument<string>("kid") { Description = "令牌密钥，见 keys list · A token key, see keys list." };
        var compromised = new Option<bool>("--compromised") { Description = "密钥已泄露：不等已签发的令牌到期 · It is compromised: do not wait for the tokens that it signed." };
        var command = new Command("retire", "令各节点不再接受一把令牌密钥；网关须在运行 · Let no node take a token key any more, by the running gateway.") { kid, compromised };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                using var client = new OperationsClient(arguments.GetRequiredValue(Work));
                await client.AskAsync<ChangedAnswer>("/keys/retire", new RetireRequest(arguments.GetRequiredValue(kid), arguments.GetValue(compromised)), cancellationToken);
                Console.Out.WriteLine("已停用，私钥文件可以删除 · It is taken out; the file may be deleted.");
                return 0;
            }
            catch (OperationsRefusedException refused)
            {
                await Console.Error.WriteLineAsync(refused.Message);
                return 1;
            }
        });
        return command;
    }

    private static Command Rewrap()
    {
        var command = new Command("rewrap", "用最新的环密钥重新包裹全部数据密钥；网关须在运行 · Wrap every data key anew under the newest ring key, by the running gateway.");
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                using var client = new OperationsClient(arguments.GetRequiredValue(Work));
                var last = new RewrapAnswer(0, 0);
                await foreach (var line in client.LinesAsync<RewrapAnswer>("/keys/rewrap", new { }, cancellationToken))
                {
                    last = line;
                    Console.Out.WriteLine($"  {last.Seen}…");
                }

                Console.Out.WriteLine($"共 {last.Seen} 把，重新包裹 {last.Rewrapped} 把 · {last.Seen} data keys, {last.Rewrapped} wrapped anew.");
                return 0;
            }
            catch (OperationsRefusedException refused)
            {
                await Console.Error.WriteLineAsync(refused.Message);
                return 1;
            }
        });
        return command;
    }

    private static int WithKeys(ParseResult arguments, Action<KeyFolder, TextWriter> act)
    {
        var options = OptionsOf(arguments);
        var settings = HostConfiguration.Read(options).Settings;
        act(KeyFolder.OpenOrCreate(Path.Combine(options.WorkingFolder, settings.KeyFolder), options.Time), Console.Out);
        return 0;
    }

    private static GatewayHostOptions OptionsOf(ParseResult arguments) => new()
    {
        ConfigurationFolder = arguments.GetRequiredValue(Config),
        WorkingFolder = arguments.GetRequiredValue(Work),
    };

    private static int Guard(Func<int> act)
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
