using System.Collections.Immutable;
using System.Reflection;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>A kind of finding. The code is stable; docs/evidence.md lists all.</summary>
/// <param name="Zh">What it means, for whoever has to act on it.</param>
public sealed record FindingCode(string Code, string Zh, string En);

/// <summary>Everything that a verification can find.</summary>
public static class FindingCodes
{
    // Receipts
    public static readonly FindingCode ReceiptMalformed = new("RECEIPT_MALFORMED", "不是本网关格式的回执", "is no receipt in the gateway's form");
    public static readonly FindingCode ReceiptKeyUnknown = new("RECEIPT_KEY_UNKNOWN", "签署密钥不在公布的公钥之中", "signed by a key that is not among those published");
    public static readonly FindingCode ReceiptSignature = new("RECEIPT_SIGNATURE", "签名与内容不符：内容被改动，或由他人签署", "the signature does not fit: the receipt was changed, or signed by somebody else");
    public static readonly FindingCode ReceiptPayload = new("RECEIPT_PAYLOAD", "回执所述摘要与内容不符", "the receipt speaks of another payload");
    public static readonly FindingCode ReceiptDocuments = new("RECEIPT_DOCUMENTS", "回执所述附件与消息的附件不符", "the receipt speaks of other documents");
    public static readonly FindingCode ReceiptLeaf = new("RECEIPT_LEAF", "回执与日志条目不相符", "the receipt and the leaf do not belong together");
    public static readonly FindingCode ReceiptClaims = new("RECEIPT_CLAIMS", "回执所述与消息记录不符", "the receipt states something else than the message's record");
    public static readonly FindingCode ReceiptBackDated = new("RECEIPT_BACK_DATED", "回执所载时间早于可能的签发时间（倒签）", "the receipt claims a time before it can have been made");
    public static readonly FindingCode ReceiptCheckpoint = new("RECEIPT_CHECKPOINT", "回执所附检查点与日志不符", "the checkpoint that the receipt carries is not one of this log");

    // Proofs and checkpoints
    public static readonly FindingCode ProofMalformed = new("PROOF_MALFORMED", "不是 C2SP tlog-proof 格式的证明", "is no proof in the form of C2SP tlog-proof");
    public static readonly FindingCode ProofInclusion = new("PROOF_INCLUSION", "证明不能从条目推出检查点的根", "the proof does not lead from the leaf to the checkpoint's root");
    public static readonly FindingCode ProofMissing = new("PROOF_MISSING", "条目没有包含证明：尚未进入日志，或证明被去除", "the leaf has no inclusion proof: it is not yet logged, or the proof was taken out");
    public static readonly FindingCode CheckpointMalformed = new("CHECKPOINT_MALFORMED", "不是 C2SP 签名检查点", "is no signed checkpoint in the form of C2SP");
    public static readonly FindingCode CheckpointSignature = new("CHECKPOINT_SIGNATURE", "检查点不是由日志密钥签署", "the checkpoint is not signed by the log's key");
    public static readonly FindingCode CheckpointOrigin = new("CHECKPOINT_ORIGIN", "检查点属于另一日志", "the checkpoint is of another log");
    public static readonly FindingCode CheckpointRoot = new("CHECKPOINT_ROOT", "检查点的根与条目算出的根不符", "the checkpoint's root is not that of the leaves");
    public static readonly FindingCode CheckpointRow = new("CHECKPOINT_ROW", "检查点记录与其签名文本不符（被替换）", "the checkpoint's record and its signed text do not agree: it was replaced");
    public static readonly FindingCode WitnessSignature = new("WITNESS_SIGNATURE", "见证方的联署不成立", "a witness's cosignature does not hold");
    public static readonly FindingCode LogForked = new("LOG_FORKED", "同一大小有两个不同的根：日志分叉", "two roots at one size: the log was forked");
    public static readonly FindingCode LogInconsistent = new("LOG_INCONSISTENT", "后一检查点不是前一检查点的延续：日志被改写", "the later checkpoint does not continue the earlier one: the log was rewritten");
    public static readonly FindingCode LogHead = new("LOG_HEAD", "日志末端记录与条目不符", "the record of where the log ends does not fit its leaves");

    // Leaves and tiles
    public static readonly FindingCode IndexGap = new("INDEX_GAP", "日志此处缺少条目（被删除或改号）", "the log has no leaf at this place: it was dropped or renumbered");
    public static readonly FindingCode IndexTwin = new("INDEX_TWIN", "两个条目占用同一序号", "two leaves claim one place");
    public static readonly FindingCode LeafBeyondHead = new("LEAF_BEYOND_HEAD", "条目序号超出日志末端（插入或改号）", "the leaf claims a place beyond the end of the log: it was inserted or renumbered");
    public static readonly FindingCode LeafHash = new("LEAF_HASH", "条目内容与其散列不符（被改动）", "the leaf's entry does not give its hash: it was edited");
    public static readonly FindingCode LeafRow = new("LEAF_ROW", "条目记录的栏目与条目内容不符", "the columns of the leaf's record do not agree with its entry");
    public static readonly FindingCode LeafReplaced = new("LEAF_REPLACED", "日志此处原为另一条目（被替换或插入）", "the log holds another leaf at this place: it was replaced or inserted");
    public static readonly FindingCode LeafMoved = new("LEAF_MOVED", "条目的序号被调换", "the leaf stands at another place in the log: leaves were reordered");
    public static readonly FindingCode LeafUnlogged = new("LEAF_UNLOGGED", "条目早于检查点却不在日志之中（事后插入，或日志停滞）", "the leaf is older than the newest checkpoint allows and is not in the log: it was inserted later, or logging stands still");
    public static readonly FindingCode LeafBackDated = new("LEAF_BACK_DATED", "条目时间早于不含该条目的检查点（倒签）", "the leaf claims a time at which a later checkpoint did not hold it yet");
    public static readonly FindingCode LeafPostDated = new("LEAF_POST_DATED", "条目时间晚于已含该条目的检查点", "the leaf claims a time after a checkpoint that holds it already");
    public static readonly FindingCode AccessForm = new("ACCESS_FORM", "查阅条目缺少必有内容", "the leaf of an access does not say all that one says");
    public static readonly FindingCode AccessSealed = new("ACCESS_SEALED", "查阅条目的密封内容不能解开（被改动或调换）", "the sealed part of an access does not open: it was changed or swapped");
    public static readonly FindingCode TileMissing = new("TILE_MISSING", "日志瓦片缺失或不全", "a tile is missing or too short");
    public static readonly FindingCode TileBeyondHead = new("TILE_BEYOND_HEAD", "瓦片或其一部分超出日志末端（插入或加宽）", "the tile, or a part of it, lies beyond the end of the log: it was inserted or widened");
    public static readonly FindingCode TileEdited = new("TILE_EDITED", "瓦片与条目不符（被改动）", "the tile is not that of the leaves: it was edited");

    // Messages, documents, deliveries, exchanges
    public static readonly FindingCode MessageMissing = new("MESSAGE_MISSING", "日志载明的消息不在库中（被删除）", "the log states a message that is not there: it was dropped");
    public static readonly FindingCode MessageUnstated = new("MESSAGE_UNSTATED", "消息没有日志条目（插入，或条目被删除）", "no leaf states this message: it was inserted, or its leaf was dropped");
    public static readonly FindingCode MessageRow = new("MESSAGE_ROW", "消息记录与日志条目不符（被改动）", "the message's record does not agree with its leaf: it was edited");
    public static readonly FindingCode MessageUnreadable = new("MESSAGE_UNREADABLE", "消息密文不能解开（被改动或调换）", "the message's content does not open: it was changed or swapped");
    public static readonly FindingCode MessageContent = new("MESSAGE_CONTENT", "消息内容与日志中的承诺不符（被改动）", "the message's content is not what the log commits to: it was edited");
    public static readonly FindingCode SenderSignature = new("SENDER_SIGNATURE", "发送方签名与其所签内容或日志条目不符", "the sender's signature does not fit what it signed, or not the leaf");
    public static readonly FindingCode AttachmentMissing = new("ATTACHMENT_MISSING", "日志载明的附件不在库中", "the log states a document that is not there");
    public static readonly FindingCode AttachmentUnstated = new("ATTACHMENT_UNSTATED", "附件没有日志条目", "no leaf states this document");
    public static readonly FindingCode AttachmentRow = new("ATTACHMENT_ROW", "附件记录与日志条目不符", "the document's record does not agree with its leaf");
    public static readonly FindingCode AttachmentUnreadable = new("ATTACHMENT_UNREADABLE", "附件密文不能解开（被改动或调换）", "the document does not open: it was changed or swapped");
    public static readonly FindingCode AttachmentContent = new("ATTACHMENT_CONTENT", "附件内容与其摘要不符（被调换）", "the document's content is not that of its digest: it was swapped");
    public static readonly FindingCode AttachmentCommitment = new("ATTACHMENT_COMMITMENT", "附件摘要与日志中的承诺不符（被调换）", "the document's digest is not what the log commits to: it was swapped");
    public static readonly FindingCode DeliveryMissing = new("DELIVERY_MISSING", "应有的送达记录不在库中", "a delivery that must be there is not");
    public static readonly FindingCode DeliveryUnstated = new("DELIVERY_UNSTATED", "送达记录没有日志条目支持", "no leaf supports this delivery");
    public static readonly FindingCode DeliveryRow = new("DELIVERY_ROW", "送达记录与日志条目不符", "the delivery's record does not agree with its leaf");
    public static readonly FindingCode ExchangeMissing = new("EXCHANGE_MISSING", "记录所属的交换不在库中", "the exchange that rows speak of is not there");
    public static readonly FindingCode ExchangeKey = new("EXCHANGE_KEY", "交换的数据密钥不能解开", "the exchange's data key does not unwrap");
    public static readonly FindingCode ErasureUnstated = new("ERASURE_UNSTATED", "内容已抹除，但日志没有抹除条目", "the content is gone, and no leaf states an erasure");
    public static readonly FindingCode ErasureIncomplete = new("ERASURE_INCOMPLETE", "已抹除的交换仍留有内容", "content is left of an erased exchange");

    public static readonly FindingCode ApprovalByOne = new("APPROVAL_BY_ONE", "申请与批准不是两个人，或批准的不是所申请的", "what was approved was not asked for by another, or not so");
    public static readonly FindingCode ApprovalUnstated = new("APPROVAL_UNSTATED", "依批准抹除内容、邀请系统、更改密钥或配置，但日志没有该批准", "content was erased, a system invited, a key or the configuration changed by an approval, and no leaf states that it was given");

    public static readonly FindingCode StoreDamaged = new("STORE_DAMAGED", "记录不能读取", "rows cannot be read");

    // Case bundles
    public static readonly FindingCode BundleMalformed = new("BUNDLE_MALFORMED", "不是完整的案卷包", "is no whole case bundle");
    public static readonly FindingCode ManifestSignature = new("MANIFEST_SIGNATURE", "案卷包清单的签名不成立", "the signature over the bundle's manifest does not hold");
    public static readonly FindingCode FileMissing = new("FILE_MISSING", "清单所列文件不在包中", "a file of the manifest is not in the bundle");
    public static readonly FindingCode FileExtra = new("FILE_EXTRA", "包中有清单之外的文件", "the bundle holds a file that the manifest does not list");
    public static readonly FindingCode FileDigest = new("FILE_DIGEST", "文件与清单所列摘要不符（被改动）", "the file is not that of the manifest: it was edited");

    /// <summary>All of them, by code.</summary>
    public static ImmutableArray<FindingCode> All { get; } =
    [
        .. typeof(FindingCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<FindingCode>()
            .OrderBy(code => code.Code, StringComparer.Ordinal),
    ];
}
