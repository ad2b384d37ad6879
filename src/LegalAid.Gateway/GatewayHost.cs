using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Holdings;
using LegalAid.Gateway.Agencies.Peers;
using LegalAid.Gateway.Agencies.References;
using LegalAid.Gateway.Agencies.Verification;
using LegalAid.Gateway.Api;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Access;
using LegalAid.Gateway.Edge.Limits;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Edge.Services;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Edge.Signatures;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Quotas;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Operations.KeyChanges;
using LegalAid.Gateway.Operations.Staff;
using Microsoft.AspNetCore.Authorization;

namespace LegalAid.Gateway;

/// <summary>What a gateway process is started with.</summary>
public sealed record GatewayHostOptions
{
    /// <summary>Folder of the configuration.</summary>
    public required string ConfigurationFolder { get; init; }

    /// <summary>Files on top of the folder's, such as the enrolments of a demo.</summary>
    public ImmutableArray<ConfigurationFile> Overlay { get; init; } = [];

    /// <summary>Folder to which the store's and the keys' paths are relative.</summary>
    public string WorkingFolder { get; init; } = ".";

    /// <summary>A last change to the settings, such as other ports.</summary>
    public Func<GatewaySettings, GatewaySettings>? Adjust { get; init; }

    /// <summary>Something around the store: a benchmark leaves out what it would know the price of.</summary>
    internal Func<ILedgerStore, ILedgerStore>? AroundStore { get; init; }

    /// <summary>System time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where logs go; null: the console.</summary>
    public ILoggerProvider? Logs { get; init; }
}

/// <summary>The configuration or the keys do not allow a start; the message lists every fault.</summary>
public sealed class StartRefusedException(string message) : Exception(message);

/// <summary>
/// Puts a gateway together. In order: configuration (a faulty one stops the start), store, keys, activation, civil time, pipeline.
/// Nothing listens before all of it holds.
/// </summary>
public static class GatewayHost
{
    private const string CivilSetting = "civil-anchor";

    /// <summary>Builds a gateway that is ready to run. The caller starts, stops and disposes it.</summary>
    /// <exception cref="StartRefusedException">Configuration, keys and store do not fit together.</exception>
    public static async Task<WebApplication> BuildAsync(GatewayHostOptions options, CancellationToken cancellationToken)
    {
        // 1. Configuration, as the folder has it.
        var configuration = HostConfiguration.Read(options);
        var own = configuration.Settings;

        // 2. Store.
        var opened = await LedgerStores.OpenAsync(options, own, HostLogging.Early(options.Logs), cancellationToken);
        opened = options.AroundStore is { } around ? opened with { Store = around(opened.Store) } : opened;
        var (store, time) = (opened.Store, opened.Time);
        try
        {
            // 3. Keys. A ledger whose keys are gone must not get new ones.
            var keyPath = Path.Combine(options.WorkingFolder, own.KeyFolder);
            if (!KeyFolder.Exists(keyPath) && await RingRecord.IsThereAsync(store, cancellationToken))
            {
                throw new StartRefusedException($"已有账本而密钥目录为空 · There is a ledger, but the key folder {own.KeyFolder} holds no keys: restore it");
            }

            var keys = KeyFolder.OpenOrCreate(keyPath, time);
            var ids = new SystemIds(time);
            var whole = keys.LoadRing();
            await new RingRecord(store, ids, time).CheckAsync(whole, cancellationToken);

            // 4. Activation, or what two people agreed on before; then which keys may be used, which is for the active configuration to say.
            var archive = new ConfigurationArchive(store, configuration.Load, time, ids);
            await archive.StartAsync(configuration.Snapshot, cancellationToken);
            var settings = archive.Waiting is null ? own : HostConfiguration.SettingsOf(archive.Current, own, options);
            var used = await new KeyBook(store, ids, time, HostLogging.Early(options.Logs))
                .KeepAsync(keys, whole, FourEyes.AreDemandedBy(archive.Current), cancellationToken);
            var ring = keys.LoadRing(used.Contains);

            // 5. Civil time goes on where it was.
            var civil = await OpenCivilClockAsync(store, settings, time, cancellationToken);

            // 6. Pipeline.
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            HostLogging.Configure(builder, options.Logs);
            HostListeners.Configure(builder.WebHost, settings, keyPath, options.Time);
            AddServices(builder.Services, new Parts(options, settings, keys, used, ring, opened, civil, archive, ids));
            var app = builder.Build();
            Use(app);
            return app;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    private static void AddServices(IServiceCollection services, Parts parts)
    {
        var (settings, keys) = (parts.Settings, parts.Keys);
        services.AddSingleton(_ => parts.Store.Time); // by factory, as the store: the container closes it
        services.AddSingleton(settings);
        services.AddSingleton(keys);
        services.AddSingleton(parts.Ring);
        services.AddSingleton(_ => parts.Store.Store); // by factory: the container closes it, after all that use it
        services.AddSingleton(parts.Civil);
        services.AddSingleton(parts.Archive);
        services.AddSingleton<ISnapshotSource>(parts.Archive);
        services.AddSingleton<IPayloadSchemas, ActiveSchemas>();
        services.AddSingleton<IIdSource>(parts.Ids);
        services.AddSingleton(StandardChecks.Catalogue);
        services.AddSingleton(Faults);

        var receiptKeys = keys.LoadSigningKeys(SigningPurpose.Receipt, parts.UsedKeys.Contains);
        services.AddSingleton(provider => new ReceiptSigner(
            new SigningKey(receiptKeys[^1].Kid, receiptKeys[^1].Key), settings.PublicAddress, provider.GetRequiredService<ICheckpointSource>()));
        services.AddSingleton(provider => new AnswerSigner(
            new SigningKey(receiptKeys[^1].Kid, receiptKeys[^1].Key), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ExchangeLedger>();
        services.AddSingleton<ExchangeReader>();
        services.AddSingleton<RefusalEvidence>();
        services.AddSingleton<AccessEvidence>();
        services.AddGatewayAttachments(settings);
        services.AddGatewayDelivery(settings, keys, parts.Options.WorkingFolder);
        services.AddGatewayEvidence(settings, keys.LoadLogKeys(parts.UsedKeys.Contains));
        services.AddSingleton(parts.Options);
        services.AddSingleton<ConfigurationReload>();
        services.AddHostedService(provider => provider.GetRequiredService<ConfigurationReload>());

        services.AddSingleton<ClientRoll>();
        services.AddSingleton<IAgencyClientRegistry>(provider => provider.GetRequiredService<ClientRoll>());
        services.AddHostedService(provider => provider.GetRequiredService<ClientRoll>());
        services.AddSingleton<TokenKeyRoll>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenKeyRoll>());
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<EnrolmentDesk>();
        services.AddSingleton<InvitationDesk>();
        services.AddSingleton<ReadinessDesk>();
        services.AddSingleton<IReplayStore, StoredReplays>();
        services.AddSingleton<IRevocationStore, StoredRevocations>();
        services.AddGatewayIdentity(identity =>
        {
            identity.Issuer = settings.PublicAddress;
            identity.SigningKeys = [.. keys.LoadSigningKeys(SigningPurpose.Token).Reverse().Select(key => new SigningKeyEntry(key.Kid, key.Key))];
            identity.PublishedKeys = [.. receiptKeys.Select(key => new PublishedKey(key.Kid, key.Key))];
            identity.AccessTokenLifetime = settings.Tokens.Lifetime;
            identity.Provider = settings.Tokens.Provider is { } other
                ? new StandInProvider(other.Issuer, other.Audience, other.ClientId, other.LifetimeMax, other.Introspects)
                : null;
            identity.PublicAddresses = settings.PublicGrpcAddress is { } grpc ? [grpc] : [];
            identity.MutualTlsAddress = settings.MutualTls?.PublicAddress;
            identity.CertificateAuthorities = ClientAuthorities.Load(parts.Options.WorkingFolder, settings.MutualTls);
            identity.TrustedProxies = [.. (settings.MutualTls?.TrustedProxies ?? []).Select(System.Net.IPNetwork.Parse)];
            identity.NonceKey = [.. parts.Ring.Blind("proof nonces", [])]; // the ring is one on all nodes
            identity.AllowPlainHttp = settings.AllowPlainText;
            identity.StaffKey = [.. parts.Ring.Blind("staff sessions", "")];
        });
        services.AddGatewayFederation();

        services.AddSingleton<IAuthorizationMiddlewareResultHandler, ChallengeAnswers>();
        services.AddSingleton<ICallGate, CallGate>();
        services.AddSingleton<QuotaBook>();
        services.AddSingleton<RemoteNetworks>();
        services.AddSingleton<AnonymousCounts>();
        services.AddSingleton<ICallLimits, CallLimits>();
        services.AddSingleton<IAccessWitness, AccessWitness>();
        services.AddPublishedServices();
        services.AddFactConnectors();
        services.AddVerifications();
        services.AddSingleton<HoldingDesk>();
        services.AddHostedService<HoldingWorker>();
        services.AddSingleton<PeerKeys>();
        services.AddSingleton<PeerEntrance>();
        services.AddSingleton<PeerDocuments>();
        services.AddSingleton<LineTests>();
        services.AddSingleton<PeerTestDesk>();
        services.AddHostedService<LineTestWorker>();
        services.AddSingleton<IPeerTransport>(provider => provider.GetRequiredService<PeerTransport>());
        services.AddSingleton(provider => new PeerTransport(
            new SigningKey(receiptKeys[^1].Kid, receiptKeys[^1].Key), provider.GetRequiredService<PeerKeys>(), provider.GetRequiredService<ConnectorSecrets>(),
            provider.GetRequiredService<DeliveryOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddReferences();
        services.AddGatewayEdge(parts.Archive.Current.ResidentNumbers, edge => edge.RequestBytesMax = settings.Limits.MessageBytesMax);
        services.AddGatewayApi();
        services.AddGatewayConsole();
    }

    private static void Use(WebApplication app)
    {
        app.UseMiddleware<SecretAddresses>();
        HostLogging.Use(app);
        app.UseMiddleware<ResetGuard>();
        app.UseMiddleware<SignedAnswers>();
        app.UseGatewayEdge(between => between.UseMiddleware<AnonymousGuard>().UseGatewayIdentity().UseMiddleware<RefusalWitness>().UseMiddleware<RequestSignatures>());
        app.MapGatewayApi();
        app.MapGatewayConsole();
        app.MapPublishedServices();
        app.MapEnrolments();
        app.MapPeers();
    }

    /// <summary>Every row of the error table that this gateway can answer with.</summary>
    public static FaultTable Faults { get; } = FaultTable.Gather(
        typeof(FaultTable).Assembly, typeof(ExchangeLedger).Assembly, typeof(GatewayIdentity).Assembly, typeof(GatewayHost).Assembly);

    /// <summary>Civil time of its own is anchored once, at the first start, and kept: a restart loses none of it.</summary>
    private static async Task<CivilClock> OpenCivilClockAsync(
        ILedgerStore store, GatewaySettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings.CivilTime is not { } own)
        {
            return new CivilClock(time);
        }

        var first = new CivilAnchor(time.GetUtcNow(), own.Start ?? time.GetUtcNow(), own.Rate);
        var kept = await store.KeepSettingAsync(CivilSetting, FormatAnchor(first), cancellationToken);
        return new CivilClock(time, ParseAnchor(kept));
    }

    /// <summary>Keeps where civil time is, after a demo or test moved it.</summary>
    public static async Task KeepCivilTimeAsync(WebApplication app, CancellationToken cancellationToken) =>
        await app.Services.GetRequiredService<ILedgerStore>().PutSettingAsync(
            CivilSetting, FormatAnchor(app.Services.GetRequiredService<CivilClock>().Anchor), cancellationToken);

    private static string FormatAnchor(CivilAnchor anchor) =>
        string.Join(' ', Timestamps.Format(anchor.System), Timestamps.Format(anchor.Civil), anchor.Rate.ToString("R", CultureInfo.InvariantCulture));

    private static CivilAnchor ParseAnchor(string text)
    {
        var parts = text.Split(' ');
        return new CivilAnchor(Timestamps.Parse(parts[0]), Timestamps.Parse(parts[1]), double.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private sealed record Parts(
        GatewayHostOptions Options, GatewaySettings Settings, KeyFolder Keys, ImmutableHashSet<string> UsedKeys, KeyRing Ring, OpenedStore Store,
        CivilClock Civil, ConfigurationArchive Archive, IIdSource Ids);
}
