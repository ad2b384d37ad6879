using System.CommandLine;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LegalAid.Gateway.Operations.Connect;

/// <summary>
/// The verb <c>connect</c>, for an agency's engineer on a machine of the agency: from an enrolment code to a first call and a test message, in one go or in
/// several. It needs no configuration and no gateway beside it. Exit 0: ready; 1: not ready, and the report says why; 2: misuse.
/// </summary>
internal static class ConnectVerb
{
    private const int WaitUsual = 30;

    private const string GatewayVariable = "LEGALAID_GATEWAY", CodeVariable = "LEGALAID_CODE";

    public static Command Create()
    {
        var gateway = new Option<string?>("--gateway", "-g")
        {
            Description = $"网关地址，如 https://gateway.example；默认取环境变量 {GatewayVariable} · The gateway's address; by default {GatewayVariable}.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(GatewayVariable),
        };
        var code = new Option<string?>("--code")
        {
            Description = $"接入码，只在首次登记时需要；默认取环境变量 {CodeVariable} · The enrolment code, for the first time only; by default {CodeVariable}.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(CodeVariable),
        };
        var folder = new Option<string>("--folder", "-f")
        {
            Description = "保存密钥与进度的目录 · Where the key is made and kept, and how far the connection is.", DefaultValueFactory = _ => "legalaid-client",
        };
        var authority = new Option<string?>("--authority") { Description = "签发网关证书的根证书（PEM），不填则用系统的 · Who issued the gateway's certificate, PEM; by default whom the system trusts.", HelpName = "FILE" };
        var csr = new Option<bool>("--csr") { Description = "以证书请求代替 JWK 登记 · Enrol by a certificate request in place of a JWK." };
        var rotate = new Option<bool>("--rotate") { Description = "更换密钥：新旧并用 24 小时 · Change the key; both are good for 24 hours." };
        var again = new Option<bool>("--again") { Description = "再发一次测试消息 · Send another test message." };
        var wait = new Option<int>("--wait") { Description = "等待测试消息送达的秒数 · How long to wait for the test message, in seconds.", DefaultValueFactory = _ => WaitUsual };
        var json = new Option<bool>("--json") { Description = "供程序读取 · For machines." };
        var command = new Command("connect", "机构工程师：以接入码接入，给出就绪报告；可重复运行 · For an agency's engineer: connect by a code and get a readiness report. May be run again.")
        {
            gateway, code, folder, authority, csr, rotate, again, wait, json,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            if (!Uri.TryCreate(arguments.GetValue(gateway), UriKind.Absolute, out var address) || !address.Scheme.StartsWith(Uri.UriSchemeHttp, StringComparison.Ordinal))
            {
                await Console.Error.WriteLineAsync("--gateway：须为完整地址，如 https://gateway.example · takes a whole address, such as https://gateway.example");
                return CommandLine.Misuse;
            }

            try
            {
                using var handler = HandlerOf(arguments.GetValue(authority));
                using var connecting = new Connecting(
                    new ConnectFolder(arguments.GetRequiredValue(folder)), handler, address, TimeProvider.System,
                    new ConnectWishes(
                        arguments.GetValue(code), arguments.GetValue(csr), arguments.GetValue(rotate), arguments.GetValue(again),
                        TimeSpan.FromSeconds(arguments.GetValue(wait))));
                var report = await connecting.RunAsync(cancellationToken);
                (arguments.GetValue(json) ? (Action<TextWriter>)report.WriteJson : report.Write)(Console.Out);
                return report.Ready ? 0 : 1;
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                await Console.Error.WriteLineAsync($"目录或证书文件不可用 · The folder or a file in it cannot be used: {unusable.Message}");
                return 1;
            }
        });
        return command;
    }

    private static SocketsHttpHandler HandlerOf(string? authority)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (authority is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(authority);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }
}
