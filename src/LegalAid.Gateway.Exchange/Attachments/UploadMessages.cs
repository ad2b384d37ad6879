using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Announces a document that will come in pieces.</summary>
/// <param name="SizeBytes">Its whole length.</param>
/// <param name="Sha256">Digest of the whole, lower-case hexadecimal; empty where it is not known yet. It is compared when the upload is complete.</param>
public sealed record UploadAnnouncement(
    AgencyId Caller, ExchangeId Exchange, string Kind, string FileName, string MediaType, long SizeBytes, string Sha256, string RequestId);

/// <summary>A piece of an upload.</summary>
/// <param name="Offset">Where in the document it begins: what the upload has received.</param>
/// <param name="PieceSha256">Digest of this piece, 32 bytes; null where it was not given. A piece that differs takes the whole upload with it.</param>
/// <param name="Sha256">Digest of the whole document, 32 bytes; null where it was not given.</param>
public sealed record UploadPiece(AgencyId Caller, ExchangeId Exchange, AttachmentId Upload, long Offset, byte[]? PieceSha256 = null, byte[]? Sha256 = null);

/// <summary>Where an upload stands.</summary>
/// <param name="ExpiresAt">When it is given up unless it grows.</param>
public sealed record UploadReading(AttachmentId Id, ExchangeId Exchange, long ReceivedBytes, long TotalBytes, DateTimeOffset ExpiresAt);

/// <summary>What became of a call on an upload: a closed set.</summary>
public abstract record UploadOutcome
{
    private UploadOutcome()
    {
    }

    /// <summary>More is to come.</summary>
    public sealed record UnderWay(UploadReading Upload) : UploadOutcome;

    /// <summary>It is a document now, committed durably.</summary>
    public sealed record Complete(DocumentReading Document) : UploadOutcome;

    /// <summary>Refused.</summary>
    public sealed record Refused(EquatableList<Fault> Faults) : UploadOutcome;
}
