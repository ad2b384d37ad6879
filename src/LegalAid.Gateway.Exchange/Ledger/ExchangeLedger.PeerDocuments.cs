using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Documents that came from another gateway in parts (<see cref="PeerDocuments"/>), and what they become.</summary>
public sealed partial class ExchangeLedger
{
    /// <summary>What the update names, is not here yet and came in parts; null where some of it is not whole. Of a new copy also the key that it is sealed under.</summary>
    private async ValueTask<Staged?> StagedAsync(
        AgencyId from, PeerUpdate update, LoadedExchange? loaded, ImmutableArray<DocumentReading> present, CancellationToken cancellationToken)
    {
        ImmutableArray<IncomingDocument> named = [.. update.Documents.Where(document => document.Apart is not null && present.All(known => known.Id != document.Known?.Id))];
        if (named.IsEmpty)
        {
            return new Staged([], Key: null);
        }

        var key = loaded?.Cipher is null ? await _staged.KeyAsync(from, update.Exchange, cancellationToken) : null;
        var cipher = loaded?.Cipher ?? key?.Cipher ?? throw new InvalidOperationException("an erased copy takes nothing");
        var found = ImmutableArray.CreateBuilder<(UploadRow, IncomingDocument)>(named.Length);
        foreach (var document in named)
        {
            if (await _staged.FindWholeAsync(from, update.Exchange, document, cipher, cancellationToken) is not { } upload)
            {
                return null;
            }

            found.Add((upload, document));
        }

        return new Staged(found.MoveToImmutable(), key);
    }

    /// <summary>
    /// Makes documents of what came in parts with a step that was passed on. False where some of it is not whole, and the exchange would take it: the step waits. Where the
    /// exchange takes none any more, the step is decided without, and refused for that.
    /// </summary>
    private async ValueTask<bool> AddStagedAsync(AgencyId from, PeerCommand command, LoadedExchange loaded, CancellationToken cancellationToken)
    {
        foreach (var document in command.Documents)
        {
            if (document is not { Apart: { } apart, Known: { } known } || loaded.Reading.Documents.Any(present => present.Id == known.Id) || DocumentFault(document.Kind, loaded) is not null)
            {
                continue;
            }

            if (loaded.Cipher is not { } cipher || await _staged.FindWholeAsync(from, command.Exchange, document, cipher, cancellationToken) is not { } upload)
            {
                return false;
            }

            var request = new KeyedRequest(upload.RequestKey, [StagedDocuments.NamesOf(document).ItemOf(upload.Kind, upload.TotalBytes)]);
            await AddDocumentAsync(request, command.Agency, command.Exchange, upload.Kind, (origin, now) => _sealer.Staged(origin, upload, document, now), cancellationToken);
        }

        return true;
    }

    private sealed record Staged(ImmutableArray<(UploadRow Upload, IncomingDocument Document)> Documents, StagedKey? Key);
}
