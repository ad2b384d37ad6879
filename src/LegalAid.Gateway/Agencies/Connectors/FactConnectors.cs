using Grpc.Core;
using Grpc.Net.Client;
using LegalAid.Gateway.Agencies.Connectors.Batches;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery.Files;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// The connectors of the configuration, each made once. When the configuration changes one is made anew; its connections and its token stay where neither address,
/// networks, certificates nor authentication changed. Safe on any thread.
/// </summary>
internal sealed class FactConnectors(
    ConnectorSecrets secrets, TimeProvider system, CivilClock civil, IIdSource ids, FileChannelOptions files, ILogger<FactConnectors> logger,
    IQuestionMailbox? mailbox = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(AgencyId, string), Held> _held = [];

    public IFactConnector For(AgencyId agency, FactConnector connector)
    {
        lock (_gate)
        {
            var key = (agency, connector.Id);
            if (_held.TryGetValue(key, out var known) && ReferenceEquals(known.Connector, connector))
            {
                return known.Asks;
            }

            var line = connector.Wire is null ? null : known?.Line?.Fits(connector) == true ? known.Line : new Line(connector, secrets, system);
            if (!ReferenceEquals(line, known?.Line))
            {
                known?.Line?.Dispose(); // a question under way is cut off, and asked again by who asked
            }

            var held = new Held(connector, line, line is null ? Unconnected(agency, connector) : Make(connector, $"{agency}/{connector.Id}", line, trace: null));
            _held[key] = held;
            return held.Asks;
        }
    }

    /// <summary>One that shows what it sends and gets. The caller disposes it.</summary>
    public TracedConnector Traced(AgencyId agency, FactConnector connector, IConnectorTrace trace)
    {
        var line = new Line(connector, secrets, system);
        return new TracedConnector(Make(connector, $"{agency}/{connector.Id}", line, trace), line);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var held in _held.Values)
            {
                held.Line?.Dispose();
            }

            _held.Clear();
        }
    }

    private IFactConnector Unconnected(AgencyId agency, FactConnector connector) => connector.Call switch
    {
        ConnectorCall.File call => new BatchFactConnector(connector, call, agency, files.Root, system, logger),
        ConnectorCall.Mailbox call when mailbox is not null => new MailboxFactConnector(connector.Id, call, agency, mailbox, logger),
        _ => throw new ArgumentException($"connector {connector.Id} has nothing to connect to", nameof(connector)),
    };

    private IFactConnector Make(FactConnector connector, string name, Line line, IConnectorTrace? trace)
    {
        return connector.Call is ConnectorCall.Grpc call
            ? new GrpcFactConnector(connector, call, name, line.Server(connector.AnswerBytesMax), Proof, secrets, system, civil, logger, trace)
            : new HttpFactConnector(connector, name, line.Client, Proof, secrets, system, civil, logger, trace);

        RequestAuthentication Proof() => RequestAuthentication.Of(connector.Authentication, secrets, line.Tokens, ids);
    }

    private sealed record Held(FactConnector Connector, Line? Line, IFactConnector Asks);

    /// <summary>Connections and token of one connector.</summary>
    private sealed class Line : IDisposable
    {
        private readonly ConnectorWire _wire;
        private readonly ConnectorAuthentication _authentication;
        private readonly TimeSpan _timeout;
        private readonly SocketsHttpHandler _handler;

        public Line(FactConnector connector, ConnectorSecrets secrets, TimeProvider time)
        {
            (_wire, _authentication, _timeout) = (connector.Wire ?? throw new ArgumentException("nothing to connect to", nameof(connector)), connector.Authentication, connector.Timeout);
            _handler = ConnectorHandlers.Create(_wire, _timeout, secrets);
            _handler.EnableMultipleHttp2Connections = true;
            Client = new HttpMessageInvoker(_handler, disposeHandler: true);
            Tokens = _authentication is ConnectorAuthentication.ClientCredentials how ? new TokenKeeper(how, secrets, Client, _timeout, time) : null;
        }

        public HttpMessageInvoker Client { get; }

        public TokenKeeper? Tokens { get; }

        /// <summary>The same connections for gRPC; the channel holds nothing else that would have to be given back.</summary>
        public CallInvoker Server(int answerBytesMax) => GrpcChannel.ForAddress(_wire.Address, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            DisposeHttpClient = false,
            MaxReceiveMessageSize = answerBytesMax,
            MaxRetryAttempts = null,
        }).CreateCallInvoker();

        public bool Fits(FactConnector connector) => _wire == connector.Wire && _authentication == connector.Authentication && _timeout == connector.Timeout;

        public void Dispose()
        {
            Tokens?.Dispose();
            Client.Dispose();
        }
    }
}

/// <summary>A connector with connections of its own.</summary>
internal sealed class TracedConnector(IFactConnector asks, IDisposable line) : IDisposable
{
    public IFactConnector Asks => asks;

    public void Dispose() => line.Dispose();
}
