using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>A document that goes to another gateway in parts, before the parcel that names it. Nothing of it is held between two parts.</summary>
/// <param name="IsTheirs">An agency of the other gateway put it to the exchange, so that it is most likely there.</param>
internal sealed record ApartDocument(ExchangeId Exchange, AgencyId Opener, IncomingDocument Document, OpenDocument Content, bool IsTheirs)
{
    /// <summary>Most bytes of a part: whole chunks, as the receiver seals them.</summary>
    public const int PartBytes = 2 * ChunkSeal.ChunkBytes;

    public long SizeBytes => Content.Reading.SizeBytes;

    /// <summary>Asks where the document stands, and sends nothing of it.</summary>
    public PeerParcel.Part Question => new(PeerJson.Write(new PeerDocumentPart(Exchange, Opener, Document, 0, default)));

    /// <summary>The part that begins there.</summary>
    public async ValueTask<(PeerParcel.Part Parcel, int Bytes)> PartAsync(long offset, CancellationToken cancellationToken)
    {
        var content = await Content.BytesAsync(offset, Math.Min(PartBytes, SizeBytes - offset), cancellationToken);
        return (new PeerParcel.Part(PeerJson.Write(new PeerDocumentPart(Exchange, Opener, Document, offset, content))), content.Length);
    }
}
