using System.Buffers.Text;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;

namespace LegalAid.Gateway.Agencies.Peers;

/// <summary>
/// Sends parcels to other gateways over HTTP: each request signed (RFC 9421) with the key that signs receipts, each answer taken only with the other's own signature over it
/// and over the request's. The connection shows this gateway's certificate, where the key folder has one for the peer (<c>connectors/{gateway}.pem</c>), and trusts the
/// authorities beside it alone (<c>connectors/{gateway}.ca.pem</c>), else the machine's.
/// </summary>
internal sealed class PeerTransport(SigningKey key, PeerKeys peers, ConnectorSecrets secrets, DeliveryOptions options, TimeProvider time) : IPeerTransport, IDisposable
{
    private const int AnswerBytesMax = 1 << 20, ProblemBytesMax = 64 << 10;

    private readonly Lock _making = new();
    private readonly Dictionary<AgencyId, Line> _lines = [];

    public async Task<PeerReply> SendAsync(AgencyId gateway, Channel.Peer channel, PeerParcel parcel, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.Url, PathOf(parcel)))
        {
            Content = new ByteArrayContent(parcel.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        return await GuardedAsync(async () =>
        {
            using var response = await ClientOf(gateway, channel).SendAsync(request, cancellationToken);
            return await ReplyAsync(gateway, response, cancellationToken);
        });
    }

    /// <summary>
    /// Asks which exchange types the gateway understands: digests by id; or null and why there is no answer, named as an attempt's outcome. Nobody signs that answer: it
    /// helps to find a cause and decides nothing.
    /// </summary>
    public async Task<(IReadOnlyDictionary<string, string>? Types, string Cause)> AskCapabilitiesAsync(AgencyId gateway, Channel.Peer channel, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(channel.Url, PeerEndpoints.Capabilities));
        Dictionary<string, string>? types = null;
        try
        {
            var reply = await GuardedAsync(async () =>
            {
                using var response = await ClientOf(gateway, channel).SendAsync(request, either.Token);
                if (response.IsSuccessStatusCode && await BoundedBody.ReadAsync(response.Content, AnswerBytesMax, either.Token) is { } body)
                {
                    types = PeerJson.ReadCapabilities(body.Span);
                }

                return new PeerReply.Status((int)response.StatusCode, RetryAfter: null, response.IsSuccessStatusCode ? PeerFaults.Malformed.Code : null);
            });
            return (types, types is null ? reply.Cause : "");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new PeerReply.None(TimedOut: true).Cause);
        }
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values)
        {
            line.Client.Dispose();
        }
    }

    private static string PathOf(PeerParcel parcel) => parcel switch
    {
        PeerParcel.Update => PeerEndpoints.Updates,
        PeerParcel.Command => PeerEndpoints.Commands,
        PeerParcel.Part => PeerEndpoints.Documents,
        _ => throw new InvalidOperationException($"parcel {parcel}"),
    };

    /// <summary>What the network does, as a reply.</summary>
    private static async Task<PeerReply> GuardedAsync(Func<Task<PeerReply>> send)
    {
        try
        {
            return await send();
        }
        catch (AddressRefusedException)
        {
            return new PeerReply.AddressRefused();
        }
        catch (HttpRequestException refused) when (refused.InnerException is AddressRefusedException)
        {
            return new PeerReply.AddressRefused();
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return new PeerReply.Insecure();
        }
        catch (Exception away) when (away is HttpRequestException or IOException or SocketException or ObjectDisposedException)
        {
            // A socket's own exception where it was cut in the moment after it was connected; the last where the line was made anew while this asked for it.
            return new PeerReply.None(TimedOut: false);
        }
    }

    private async Task<PeerReply> ReplyAsync(AgencyId gateway, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            return new PeerReply.Status((int)response.StatusCode, response.Headers.RetryAfter?.Delta, await FaultAsync(response, cancellationToken));
        }

        if (await BoundedBody.ReadAsync(response.Content, AnswerBytesMax, cancellationToken) is not { } body)
        {
            return new PeerReply.Untrusted();
        }

        response.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = response.Content.Headers.ContentType } };
        return await response.IsSignedAsync(kid => peers.Find(gateway, kid), cancellationToken) && PeerJson.ReadAnswer(body.Span, GatewayHost.Faults.Find) is { } answer
            && (answer is not PeerAnswer.Taken taken || peers.IsReceiptOf(gateway, taken.Receipt))
            ? new PeerReply.Said(answer)
            : new PeerReply.Untrusted();
    }

    /// <summary>The code of a problem document (RFC 9457), where the table has it.</summary>
    private static async Task<string?> FaultAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedBody.ReadAsync(response.Content, ProblemBytesMax, cancellationToken) is { } body
                && JsonNode.Parse(body.Span) is JsonObject problem && problem["code"] is JsonValue code && code.TryGetValue(out string? text)
                ? GatewayHost.Faults.Find(text)?.Code
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// One for each peer, made anew when its networks, our certificate for it or the authorities that it is trusted by change: what stood by the old ones must not go on.
    /// </summary>
    private HttpMessageInvoker ClientOf(AgencyId gateway, Channel.Peer channel)
    {
        var secret = secrets.VersionOf(gateway.Value);
        lock (_making)
        {
            if (_lines.TryGetValue(gateway, out var known))
            {
                if (known.Secret == secret && known.Networks.SequenceEqual(channel.AllowedAddresses, StringComparer.Ordinal))
                {
                    return known.Client;
                }

                known.Client.Dispose(); // requests under way end on their connections; what is cut off is sent again
            }

            var made = New();
            _lines[gateway] = new Line(channel.AllowedAddresses, secret, made);
            return made;
        }

        HttpMessageInvoker New()
        {
            var wire = ConnectorHandlers.Create(channel.AllowedAddresses, gateway.Value, secrets.HasAuthorities(gateway.Value) ? gateway.Value : null, options.AttemptTimeout, secrets);
            return new HttpMessageInvoker(new RequestSigningHandler(key.Kid, content => key.Sign(content), time) { InnerHandler = wire }, disposeHandler: true);
        }
    }

    private sealed record Line(ImmutableArray<string> Networks, (string? Certificate, string? Authorities) Secret, HttpMessageInvoker Client);
}

/// <summary>The keys of other gateways, as their systems are enrolled here: several while one is exchanged for the next.</summary>
internal sealed class PeerKeys(IAgencyClientRegistry clients, TimeProvider time)
{
    /// <summary>A key of this gateway's; null where it has none of that id in force.</summary>
    public AgencyClientKey? Find(AgencyId gateway, string kid) => Of(gateway).Select(client => client.FindKey(kid, time.GetUtcNow())).FirstOrDefault(key => key is not null);

    /// <summary>Whether the compact JWS (RFC 7515) is a receipt that the gateway signed with a key in force: what is kept as evidence must hold years later.</summary>
    public bool IsReceiptOf(AgencyId gateway, string jws)
    {
        var end = jws.LastIndexOf('.');
        try
        {
            return jws.Split('.') is [{ } header, _, { } signature]
                && JsonNode.Parse(Base64Url.DecodeFromChars(header)) is JsonObject named
                && (string?)named["typ"] == ReceiptSigner.Type && (string?)named["kid"] is { } kid
                && Find(gateway, kid)?.Verifies(Encoding.ASCII.GetBytes(jws[..end]), Base64Url.DecodeFromChars(signature)) == true;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The enabled systems of the gateway.</summary>
    public IEnumerable<AgencyClient> Of(AgencyId gateway) => clients.All.Where(client => client.Agency == gateway && client.Enabled);
}
