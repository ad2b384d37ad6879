using System.CommandLine;
using LegalAid.Gateway.Operations.Socket;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>The verbs of the gateway's own keys. Those that the running gateway carries out talk to it over its socket; the others read or add files.</summary>
internal static class KeyVerbs
{
    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf, Option<string> work)
    {
        var command = new Command("keys", "查看与轮换密钥 · Show and rotate keys.");
        var list = new Command("list", "列出密钥（不显示内容） · List the keys, never what they are.");
        list.SetAction(arguments => CommandLine.Guard(() => WithKeys(optionsOf(arguments), (_, keys, output) => KeyReport.Write(keys, output))));
        command.Subcommands.Add(list);
        command.Subcommands.Add(Rotate(optionsOf));
        command.Subcommands.Add(PushSecret(optionsOf));
        command.Subcommands.Add(Take(work));
        command.Subcommands.Add(Retire(work));
        command.Subcommands.Add(Rewrap(work));
        command.Subcommands.Add(KeyHistory.Create(optionsOf));
        return command;
    }

    private static Command Rotate(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var rotate = new Command("rotate", "新增一把密钥；旧密钥继续可用于验证与解密 · Add a key; old ones still verify and decrypt.");
        var kind = new Argument<string>("kind") { Description = "ring | token | receipt | log" };
        kind.AcceptOnlyFromAmong("ring", "token", "receipt", "log");
        rotate.Arguments.Add(kind);
        rotate.SetAction(arguments => CommandLine.Guard(() => WithKeys(optionsOf(arguments), (configuration, keys, output) =>
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
            if (FourEyes.AreDemandedBy(configuration.Snapshot))
            {
                output.WriteLine(
                    "启用前须双人复核：在 /console/keys 申请，由另一名管理员批准 · Before that it takes two people: ask at /console/keys, and have another administrator approve.");
            }
        })));
        return rotate;
    }

    private static Command PushSecret(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var push = new Command("push-secret", "生成或显示推送签名密钥，交给接收机构 · Make or show a push secret, to be given to the receiving agency.");
        var name = new Argument<string>("name") { Description = "配置中 channel.secrets 的名称 · Its name under channel.secrets." };
        push.Arguments.Add(name);
        push.SetAction(arguments => CommandLine.Guard(() => WithKeys(
            optionsOf(arguments), (_, keys, output) => output.WriteLine(keys.EnsurePushSecret(arguments.GetRequiredValue(name))))));
        return push;
    }

    private static Command Take(Option<string> work)
    {
        var key = new Argument<string>("key") { Description = "等待批准的密钥 · A key that waits for an approval." };
        var without = new Option<bool>("--without-approval") { Description = "不等双人复核，须写明事由；事后复核 · Do not wait for two people; it is reviewed afterwards." };
        var reason = new Option<string>("--reason") { Description = "事由，写入存证 · Why, as the evidence says.", Required = true };
        var command = SocketVerb.Create(
            "take", "紧急时启用一把未经批准的密钥；网关须在运行 · In an emergency, take a key that nobody approved, by the running gateway.", work,
            async (socket, arguments, cancellationToken) =>
            {
                if (!arguments.GetValue(without))
                {
                    throw new OperationsRefusedException(
                        "在 /console/keys 申请，由另一名管理员批准；不能等待时加 --without-approval · Ask at /console/keys, and have another administrator approve; "
                        + "where that cannot wait, add --without-approval");
                }

                await socket.AskAsync<ChangedAnswer>(
                    "/keys/take", new TakeRequest(arguments.GetRequiredValue(key), arguments.GetRequiredValue(SocketVerb.As), arguments.GetRequiredValue(reason)), cancellationToken);
                Console.Out.WriteLine("已公布并存证，待事后复核 · It is announced, with evidence, and waits for its review: /console/approvals");
            }, without, reason, SocketVerb.As);
        command.Arguments.Add(key);
        return command;
    }

    private static Command Retire(Option<string> work)
    {
        var kid = new Argument<string>("kid") { Description = "令牌密钥，见 keys list · A token key, see keys list." };
        var compromised = new Option<bool>("--compromised") { Description = "密钥已泄露：不等已签发的令牌到期 · It is compromised: do not wait for the tokens that it signed." };
        var reason = new Option<string?>("--reason") { Description = "事由，写入存证 · Why, as the evidence says." };
        var command = SocketVerb.Create(
            "retire", "令各节点不再接受一把令牌密钥；网关须在运行 · Let no node take a token key any more, by the running gateway.", work,
            async (socket, arguments, cancellationToken) =>
            {
                await socket.AskAsync<ChangedAnswer>(
                    "/keys/retire",
                    new RetireRequest(arguments.GetRequiredValue(kid), arguments.GetValue(compromised), arguments.GetRequiredValue(SocketVerb.As), arguments.GetValue(reason)),
                    cancellationToken);
                Console.Out.WriteLine("已停用并存证，私钥文件可以删除 · It is taken out, with evidence; the file may be deleted.");
            }, compromised, reason, SocketVerb.As);
        command.Arguments.Add(kid);
        return command;
    }

    private static Command Rewrap(Option<string> work) => SocketVerb.Create(
        "rewrap", "用最新的环密钥重新包裹全部数据密钥；网关须在运行 · Wrap every data key anew under the newest ring key, by the running gateway.", work,
        async (socket, _, cancellationToken) =>
        {
            var last = new RewrapAnswer(0, 0);
            await foreach (var line in socket.LinesAsync<RewrapAnswer>("/keys/rewrap", new { }, cancellationToken))
            {
                last = line;
                Console.Out.WriteLine($"  {last.Seen}…");
            }

            Console.Out.WriteLine($"共 {last.Seen} 把，重新包裹 {last.Rewrapped} 把 · {last.Seen} data keys, {last.Rewrapped} wrapped anew.");
        });

    private static int WithKeys(GatewayHostOptions options, Action<HostConfiguration, KeyFolder, TextWriter> act)
    {
        var configuration = HostConfiguration.Read(options);
        act(configuration, KeyFolder.OpenOrCreate(Path.Combine(options.WorkingFolder, configuration.Settings.KeyFolder), options.Time), Console.Out);
        return 0;
    }
}
