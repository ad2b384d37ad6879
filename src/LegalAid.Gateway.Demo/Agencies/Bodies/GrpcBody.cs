using System.Globalization;
using Grpc.Core;
using LegalAid.Gateway.Demo.Agencies.Bodies.ShareRegister;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>Market regulation (市场监管): gRPC with reflection, the key in the metadata; sums in fen; NOT_FOUND for whom it does not know.</summary>
internal sealed class GrpcBody : SimulatedBody
{
    private static readonly MarketRegulationInterface Interface = new();

    private readonly WebApplication _app;
    private readonly string _shipped;
    private readonly TimeProvider _time;
    private string _address = "";

    private GrpcBody(WebApplicationBuilder builder, BodyPlace place, int seed, TimeProvider time)
        : base(place.Agency, place.Body, Interface, seed)
    {
        (_shipped, _time) = (place.Shipped, time);
        builder.Services.AddSingleton(new Service(this));
        _app = builder.Build();
    }

    public static async Task<SimulatedBody> StartAsync(BodyPlace place, int seed, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddGrpcReflection();
        var started = new GrpcBody(builder, place, seed, time);
        started._app.Use(started.BreakAsync);
        started._app.MapGrpcService<Service>();
        started._app.MapGrpcReflectionService();
        await started._app.StartAsync();
        started._address = BodyPlace.AddressOf(started._app);
        return started;
    }

    public override async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    internal override string Reached(string shipped) => Replaced(shipped, _shipped, _address);

    /// <summary>What no service of gRPC would do: no answer at all, or one that is no message.</summary>
    private async Task BreakAsync(HttpContext context, RequestDelegate next)
    {
        if (Faults.Down)
        {
            context.Abort();
        }
        else if (Faults.Garbage && context.Request.Path.Value?.EndsWith("/FindHoldings", StringComparison.Ordinal) == true)
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 3, 0x0A, 0x7F, 0x01 }, context.RequestAborted); // a field that is longer than the message
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            await next(context);
        }
    }

    private sealed class Service(GrpcBody body) : ShareRegisterService.ShareRegisterServiceBase
    {
        public override async Task<FindHoldingsResponse> FindHoldings(FindHoldingsRequest request, ServerCallContext context)
        {
            var faults = body.Faults;
            if (faults.Delay > TimeSpan.Zero)
            {
                await Task.Delay(faults.Delay, body._time, context.CancellationToken);
            }

            if (body.Fails(faults.FailPercent))
            {
                throw new RpcException(new Status(StatusCode.Internal, request.ToString())); // a message that says too much
            }

            if (context.RequestHeaders.GetValue("x-api-key") != body.Secret)
            {
                throw new RpcException(new Status(StatusCode.Unauthenticated, "key"));
            }

            var known = body.Find(request.Number) ?? throw new RpcException(new Status(StatusCode.NotFound, "no such person"));
            var response = new FindHoldingsResponse { Household = MarketRegulationInterface.Holdings(known, "household"), Own = MarketRegulationInterface.Holdings(known, "own"), Remark = body.Remark };
            body.Overheard?.Invoke(response.ToString());
            return response;
        }
    }

    private sealed class MarketRegulationInterface() : BodyInterface(
        BodyField.Coded("household-assets", "standing", ("true", "2"), ("false", "1")),
        BodyField.Sum("household-asset-value", "value_fen", 100),
        BodyField.Coded("own-assets", "standing", ("true", "2"), ("false", "1")),
        BodyField.Sum("own-asset-value", "value_fen", 100))
    {
        /// <summary>A number that no version of the contract has.</summary>
        private const int NoStanding = 99;

        public static Holdings Holdings(IReadOnlyDictionary<string, string> known, string whose)
        {
            var holdings = new Holdings { Standing = Interface.Word(known, $"{whose}-assets") is { } standing ? (Standing)(Number(standing) ?? NoStanding) : Standing.Unspecified };
            if (Interface.Word(known, $"{whose}-asset-value") is { } value && Number(value) is { } fen)
            {
                holdings.ValueFen = fen;
            }

            return holdings;
        }

        private static long? Number(string word) => long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
