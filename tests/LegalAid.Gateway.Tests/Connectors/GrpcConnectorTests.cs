using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Reflection;
using LegalAid.Gateway.Agencies.Connectors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>Connectors over gRPC against a real server of a contract that the gateway has no code for.</summary>
public sealed class GrpcConnectorTests : IAsyncLifetime
{
    private readonly ConnectorScene _scene = new();
    private readonly ReliefService _service = new();
    private WebApplication _server = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await StartAsync(reflection: true);

    public async ValueTask DisposeAsync()
    {
        _scene.Dispose();
        await _server.DisposeAsync();
    }

    private string Yaml(string more = "timeout: 10s", string message = "{ idCard: \"{{person.number}}\", full_name: \"{{person.name}}\", atMs: \"{{asked-at.unix-ms}}\", asked: \"{{asked-at}}\" }", bool descriptors = false, WebApplication? server = null) => $$"""
        id: register
        kind: grpc
        address: {{(server ?? _server).Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}}
        allowed-addresses: [127.0.0.0/8]
        answer-kibibytes-max: 4
        request:
          service: relief.v1.ReliefService
          method: Query
          headers: { x-purpose: "{{"{{purpose}}"}}" }
          {{(descriptors ? "descriptors: relief" : "")}}
          message: {{message}}
        {{more}}
        answers:
          - { fact: register, from: reliefKind, values: { KIND_NONE: none, KIND_SUBSISTENCE: subsistence } }
          - { fact: fixed-livelihood, from: h }
        """;

    private Task<FactAnswer> AskAsync(string yaml) => _scene.Connector(yaml).AskAsync(ConnectorScene.Question("register fixed-livelihood"), Cancellation);

    private async Task<FactAnswer.Unavailable> GoneAsync(string yaml) => Assert.IsType<FactAnswer.Unavailable>(await AskAsync(yaml));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ByReflectionOrDescriptors_GivesFacts(bool descriptors)
    {
        await using var bare = await StartAsync(reflection: false);
        _service.Answer = (_, _) => [0x30, 0x01];

        var values = ConnectorScene.Values(await AskAsync(Yaml(descriptors: descriptors, server: descriptors ? bare : null)));

        Assert.Equal(("subsistence", "false"), (values["register"], values["fixed-livelihood"])); // false is nothing at all on the wire
        var asked = _service.Asked ?? [];
        using var input = new CodedInputStream(asked);
        Assert.Equal(10U, input.ReadTag());
        Assert.Equal(ConnectorScene.Number, input.ReadString());
        Assert.Equal(18U, input.ReadTag());
        Assert.Equal(ConnectorScene.Name, input.ReadString());
        Assert.Equal(24U, input.ReadTag());
        Assert.InRange(input.ReadInt64(), ConnectorScene.Now.ToUnixTimeMilliseconds(), ConnectorScene.Now.AddMinutes(5).ToUnixTimeMilliseconds());
        Assert.Equal(34U, input.ReadTag());
        Assert.Equal(2026, Timestamp.Parser.ParseFrom(input.ReadBytes()).ToDateTime().Year);
        Assert.Equal("eligibility-check", _service.Headers?.GetValue("x-purpose"));
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "Refused", false)]
    [InlineData(StatusCode.Unauthenticated, "CredentialRefused", false)]
    [InlineData(StatusCode.PermissionDenied, "CredentialRefused", false)]
    [InlineData(StatusCode.ResourceExhausted, "TooBusy", true)]
    [InlineData(StatusCode.Unavailable, "TooBusy", true)]
    [InlineData(StatusCode.DeadlineExceeded, "TimedOut", true)]
    [InlineData(StatusCode.Internal, "SourceFailed", true)]
    [InlineData(StatusCode.Unknown, "SourceFailed", true)]
    [InlineData(StatusCode.Cancelled, "SourceFailed", true)]
    [InlineData(StatusCode.Unimplemented, "Refused", false)]
    public async Task Status_ThatIsNoAnswer_HasItsName(StatusCode status, string fault, bool retryable)
    {
        _service.Answer = (_, _) => throw new RpcException(new Status(status, ConnectorScene.Name), new Metadata { { "grpc-retry-pushback-ms", "1500" } });

        var gone = await GoneAsync(Yaml());

        Assert.Equal((fault, retryable), (gone.Fault.ToString(), gone.Retryable));
        Assert.Equal(fault == "TooBusy" ? TimeSpan.FromMilliseconds(1500) : null, gone.RetryAfter);
    }

    [Fact]
    public async Task NotFound_AsTheConfigurationSays_IsNoMatch()
    {
        _service.Answer = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "none"));

        Assert.IsType<FactAnswer.NoMatch>(await AskAsync(Yaml("no-match: { status: [5] }")));
        Assert.Equal(ConnectorFault.Refused, (await GoneAsync(Yaml())).Fault);
    }

    [Fact]
    public async Task Answer_TooLongMalformedOrLate_HasItsName()
    {
        _service.Answer = (_, _) => [0x52, 0x80, 0x28, .. new byte[5 * 1024]];
        Assert.Equal(ConnectorFault.AnswerTooLarge, (await GoneAsync(Yaml())).Fault);
        _service.Answer = (_, _) => [0x52, 0x7F, 0x00];
        Assert.Equal(ConnectorFault.BadAnswer, (await GoneAsync(Yaml())).Fault);
        _service.Answer = (_, _) => [0x30, 0x07];
        Assert.Equal(ConnectorFault.UnknownCode, (await GoneAsync(Yaml())).Fault);
        _service.Answer = (_, cancelled) =>
        {
            cancelled.WaitHandle.WaitOne(TimeSpan.FromSeconds(30));
            return [];
        };
        Assert.Equal(ConnectorFault.TimedOut, (await GoneAsync(Yaml("timeout: 1s"))).Fault);
    }

    [Fact]
    public async Task Method_OfWhichNobodyKnows_IsForTheOperator()
    {
        await using var bare = await StartAsync(reflection: false);

        Assert.Equal(ConnectorFault.NotConfigured, (await GoneAsync(Yaml(server: bare))).Fault);
        Assert.Equal(ConnectorFault.NotConfigured, (await GoneAsync(Yaml().Replace("method: Query", "method: Quary", StringComparison.Ordinal))).Fault);
        Assert.Equal(ConnectorFault.NotConfigured, (await GoneAsync(Yaml().Replace("relief.v1.ReliefService", "relief.v1.Nobody", StringComparison.Ordinal))).Fault);
        Assert.Equal(ConnectorFault.NotConfigured, (await GoneAsync(Yaml(message: "{ idCrad: \"1\" }"))).Fault);
        Assert.Equal(ConnectorFault.NotConfigured, (await GoneAsync(Yaml(message: "{ atMs: \"x\" }"))).Fault);
        Assert.Contains("relief.v1.Ask.idCrad", _scene.Logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_NotReachedOrElsewhere_HasItsName()
    {
        Assert.Equal(ConnectorFault.AddressRefused, (await GoneAsync(Yaml().Replace("127.0.0.0/8", "10.0.0.0/8", StringComparison.Ordinal))).Fault);
        var yaml = Yaml();
        await _server.StopAsync(Cancellation);
        Assert.Equal((ConnectorFault.Unreachable, true), await GoneAsync(yaml) is { } gone ? (gone.Fault, gone.Retryable) : default);
    }

    /// <summary>Bytes that were put together by hand from the encoding's specification.</summary>
    [Theory]
    [InlineData("""{"a":-1}""", "08FFFFFFFFFFFFFFFFFF01")]
    [InlineData("""{"b":-1}""", "1001")]
    [InlineData("""{"c":"1"}""", "190100000000000000")]
    [InlineData("""{"l":-2}""", "65FEFFFFFF")]
    [InlineData("""{"incomeFen":"199000"}""", "70D8920C")]
    [InlineData("""{"reliefKind":"KIND_SUBSISTENCE"}""", "3001")]
    [InlineData("""{"i":0.5}""", "49000000000000E03F")]
    [InlineData("""{"o":0.1}""", "8501CDCCCC3D")]
    [InlineData("""{"j":"AQI="}""", "52020102")]
    [InlineData("""{"k":{"a":1}}""", "5A020801")]
    [InlineData("""{"n":true}""", "7A020801")]
    [InlineData("""{"e":{"x":3}}""", "2A050A01781003")]
    [InlineData("""{"u":["ab",""]}""", "B201026162B20100")]
    [InlineData("""{"p":"18446744073709551615"}""", "8801FFFFFFFFFFFFFFFFFF01")]
    [InlineData("""{"q":"-1","r":1,"s":"-1","t":5}""", "9001019D0101000000A101FFFFFFFFFFFFFFFFA80105")]
    [InlineData("""{"g":"2026-03-02T06:30:00Z"}""", "3A0608E8DC94CD06")]
    public void Codec_OfEachKindOfField_IsTheWire(string json, string hex)
    {
        var message = ReliefProto.Descriptor.FindTypeByName<MessageDescriptor>("Reply");

        Assert.Equal(hex, Convert.ToHexString(GrpcCodec.Write(message, JsonNode.Parse(json), out _) ?? []));
        var read = GrpcCodec.Read(message, Convert.FromHexString(hex));
        foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
        {
            var back = name == "k" ? new JsonObject { ["a"] = read?["k"]?["a"]?.DeepClone() } : read?[name];
            Assert.Equal(value?.ToJsonString(), back?.ToJsonString());
        }
    }

    [Theory]
    [InlineData("220301027F", """[1,2,127]""")]
    [InlineData("20012002", """[1,2]""")]
    public void Codec_PackedOrNot_IsOneList(string hex, string json) =>
        Assert.Equal(json, GrpcCodec.Read(ReliefProto.Descriptor.FindTypeByName<MessageDescriptor>("Reply"), Convert.FromHexString(hex))?["d"]?.ToJsonString());

    [Fact]
    public void Codec_UnknownFieldsOtherTypesAndDepth_DoNoHarm()
    {
        var message = ReliefProto.Descriptor.FindTypeByName<MessageDescriptor>("Reply");
        Assert.Equal("1", GrpcCodec.Read(message, Convert.FromHexString("F80705" + "0A0178" + "0801"))?["a"]?.ToJsonString());
        var deep = Array.Empty<byte>();
        for (var i = 0; i < 40; i++)
        {
            using var bytes = new MemoryStream();
            using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            {
                output.WriteTag(11, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(deep));
            }

            deep = bytes.ToArray();
        }

        Assert.Null(GrpcCodec.Read(message, deep));
    }

    private async Task<WebApplication> StartAsync(bool reflection)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_service);
        builder.Services.AddSingleton<IServiceMethodProvider<ReliefService>, Methods>();
        builder.Services.AddSingleton(new ReflectionServiceImpl(ReliefProto.Descriptor.Services));
        var app = builder.Build();
        app.MapGrpcService<ReliefService>();
        if (reflection)
        {
            app.MapGrpcService<ReflectionServiceImpl>();
        }

        await app.StartAsync(Cancellation);
        return app;
    }

    private sealed class ReliefService
    {
        public Func<byte[], CancellationToken, byte[]> Answer { get; set; } = (_, _) => [];

        public byte[]? Asked { get; set; }

        public Metadata? Headers { get; set; }
    }

    private sealed class Methods : IServiceMethodProvider<ReliefService>
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ReliefService> context)
        {
            var raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
            context.AddUnaryMethod(new Method<byte[], byte[]>(MethodType.Unary, ReliefProto.Service, ReliefProto.Method, raw, raw), [], (service, asked, call) =>
            {
                (service.Asked, service.Headers) = (asked, call.RequestHeaders);
                return Task.FromResult(service.Answer(asked, call.CancellationToken));
            });
        }
    }
}
