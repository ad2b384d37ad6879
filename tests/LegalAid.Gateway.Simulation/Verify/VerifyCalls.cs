using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>Calls of a centre that repeats what got no answer, with the same request id, until it has one.</summary>
internal sealed class VerifyCalls(AgencySystem centre, TimeProvider time)
{
    private const int RepeatsMax = 900;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200), AttemptBound = TimeSpan.FromSeconds(30);
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private int _repeats;

    public int Repeats => _repeats;

    /// <exception cref="TimeoutException">There was no answer for minutes.</exception>
    public async Task<JsonObject> UntilAnsweredAsync(Face face, string method, JsonObject request, CancellationToken cancellationToken)
    {
        for (var repeat = 0; ; repeat++)
        {
            string told;
            using var bound = new CancellationTokenSource(AttemptBound, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
            try
            {
                var answer = await centre.CallUntilAsync(face, method, request, either.Token);
                if (answer.Message is { } message)
                {
                    return message;
                }

                told = $"{answer.Status} {answer.Code} {string.Join(' ', answer.Faults)}";
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or RpcException or System.Net.Sockets.SocketException or InvalidOperationException or OperationCanceledException)
            {
                // The gateway was killed, or is coming up.
                cancellationToken.ThrowIfCancellationRequested();
                told = gone.GetType().Name;
            }

            if (repeat == RepeatsMax)
            {
                throw new TimeoutException($"{method} got no answer: {told}");
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>The verification once it is as it is to be, or as it stands when patience ends.</summary>
    public async Task<Verification> WhenAsync(Func<Verification, bool> holds, string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var verification = Json.Parse<Verification>((await UntilAnsweredAsync(Face.Grpc, "GetVerification", new JsonObject { ["name"] = name }, cancellationToken)).ToJsonString());
            if (holds(verification) || time.GetElapsedTime(started) > patience)
            {
                return verification;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
