namespace LegalAid.Gateway.Exchange.Evidence.Bundle;

/// <summary>The page that tells whoever holds a bundle how to check it.</summary>
internal static class CaseInstructions
{
    public const string Text = """
        # 如何核验本案卷包 · How to verify this case bundle

        ## 用程序 · By the executable

            legalaid-gateway verify bundle 案卷包.zip --keys 公钥.jwks.json --log-key 日志公钥 --witness 见证方公钥

        不需要网络。`keys/` 中附有公钥；请与网关和见证方公布的公钥核对，最好从他处取得后用上述参数给出——包中的公钥不能证明包自身。
        No network is needed. `keys/` holds public keys; compare them with those that the gateway and the witnesses publish, and better give them
        from there: keys inside a bundle cannot vouch for it.

        ## 手工 · By hand

        1. **文件 Files**: `manifest.json` 列出每个文件的 SHA-256 · lists the SHA-256 of every file: `sha256sum`.
        2. **清单签名 Manifest**: `manifest.jws` 是对清单的分离式 JWS（ES256） · is a detached JWS over it: base64url of the manifest goes between its two dots.
        3. **消息 Messages**: SHA-256(`.nonce` 的 32 字节 ‖ `.content.json`) 应等于 `.leaf.json` 的 commitment · must be the commitment in the leaf.
        4. **回执 Receipts**: `.receipt.jws` 的 digest 应等于 SHA-256(`.json`)；leaf 应等于 SHA-256(0x00 ‖ `.leaf.json`) · its digest is that of the payload, its leaf that hash.
        5. **附件 Attachments**: SHA-256(nonce ‖ 附件 SHA-256 的十六进制文本) 应等于其条目的 commitment · of the digest's hexadecimal text.
        6. **日志 Log**: `evidence/proofs/*.tlog-proof`（c2sp.org/tlog-proof）从条目推出 `evidence/checkpoint.txt` 的根（RFC 9162 2.1.3.2） · lead from each leaf to the root of the checkpoint.
        7. **检查点 Checkpoint**: `evidence/checkpoint.txt`（c2sp.org/tlog-checkpoint）由 `keys/log.vkeys` 签署，由 `keys/witnesses.vkeys` 联署 · signed by the log, cosigned by witnesses.
        8. **连续 Consistency**: `evidence/consistency/N.txt` 证明日志自回执所载大小 N 起只增不改（RFC 9162 2.1.4.2） · shows that the log only grew from the head of size N that a receipt carries.

        9. **发送方签名 Sender's signature**: `.content.json` 中有 signature 者，其签名（ES256 或 SM2，r 与 s 各 32 字节）由 jwk 所载公钥对 `.signed.txt` 作出；其中 content-digest 即 `.signed.body` 的摘要。
           公钥是否为该机构所有，请向该机构核对 · where the content has one, the key in it made it over `.signed.txt`, whose content-digest is that of
           `.signed.body`; whether the key is the agency's, ask the agency.

        ## 能证明什么 · What it proves

        内容自各步所载时间入账后未被改动；送达与未送达由条目载明；见证方联署的时间由见证方的时钟给出，网关不能更改。
        不能证明的：业务内容本身属实；收件人中是谁阅读；未联署时网关在自己时钟上的诚实。
        That nothing was changed since it was committed at the times stated; that deliveries were made or not made. A witness's time is its own
        clock's, which the gateway cannot move. Not proved: that what was said is true, which person read it, and, without a cosignature, that the
        gateway's own clock was honest.
        """;
}
