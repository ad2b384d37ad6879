using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Puts onto a request what proves who asks.</summary>
internal abstract class RequestAuthentication
{
    /// <summary>What stands for <c>{{secret}}</c>; null: nothing does.</summary>
    public virtual string? TemplateSecret => null;

    /// <summary>Headers whose values nobody may see.</summary>
    public virtual IReadOnlyList<string> SecretHeaders => [];

    /// <summary>Null where it is done; else why it is not.</summary>
    public abstract ValueTask<ConnectorFault?> ApplyAsync(OutgoingRequest request, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The agency did not take it.</summary>
    /// <returns>Whether the next attempt brings something else.</returns>
    public virtual bool WasRefused() => false;

    public static RequestAuthentication Of(ConnectorAuthentication how, ConnectorSecrets secrets, TokenKeeper? tokens, IIdSource ids) => how switch
    {
        ConnectorAuthentication.None => new Open(),
        ConnectorAuthentication.ApiKey key => new ByKey(key, secrets),
        ConnectorAuthentication.InRequest inside => new Inside(inside, secrets),
        ConnectorAuthentication.Signed signed => new RequestSigner(signed.Rule, secrets, ids),
        ConnectorAuthentication.ClientCredentials => new ByToken(tokens ?? throw new ArgumentNullException(nameof(tokens))),
        _ => throw new InvalidOperationException($"authentication {how}"),
    };

    private sealed class Open : RequestAuthentication
    {
        public override ValueTask<ConnectorFault?> ApplyAsync(OutgoingRequest request, DateTimeOffset now, CancellationToken cancellationToken) => new((ConnectorFault?)null);
    }

    private sealed class ByKey(ConnectorAuthentication.ApiKey key, ConnectorSecrets secrets) : RequestAuthentication
    {
        public override IReadOnlyList<string> SecretHeaders => [key.Header];

        public override ValueTask<ConnectorFault?> ApplyAsync(OutgoingRequest request, DateTimeOffset now, CancellationToken cancellationToken) =>
            new(secrets.Find(key.Secret) is { } secret && request.Message.Headers.TryAddWithoutValidation(key.Header, secret) ? null : ConnectorFault.NotConfigured);
    }

    private sealed class Inside(ConnectorAuthentication.InRequest inside, ConnectorSecrets secrets) : RequestAuthentication
    {
        public override string? TemplateSecret => secrets.Find(inside.Secret);

        public override ValueTask<ConnectorFault?> ApplyAsync(OutgoingRequest request, DateTimeOffset now, CancellationToken cancellationToken) =>
            new(TemplateSecret is null ? ConnectorFault.NotConfigured : (ConnectorFault?)null);
    }

    private sealed class ByToken(TokenKeeper tokens) : RequestAuthentication
    {
        private string? _shown;

        public override IReadOnlyList<string> SecretHeaders => ["Authorization"];

        public override async ValueTask<ConnectorFault?> ApplyAsync(OutgoingRequest request, DateTimeOffset now, CancellationToken cancellationToken)
        {
            var answer = await tokens.GetAsync(cancellationToken);
            _shown = answer.Token;
            if (answer.Token is { } token)
            {
                request.Message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            }

            return answer.Fault;
        }

        public override bool WasRefused()
        {
            tokens.Drop(_shown);
            return true;
        }
    }
}
