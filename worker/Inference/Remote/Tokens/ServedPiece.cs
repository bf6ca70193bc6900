namespace RebaseBatch.Inference.Remote.Tokens;

/// <summary>What a token stands for, as a server says it.</summary>
/// <param name="Bytes">Its text in UTF-8; of a control token nothing.</param>
/// <param name="Name">A control token as a template names it; of another token its text.</param>
sealed record ServedPiece(byte[] Bytes, string Name)
{
    public bool IsControl => Bytes.Length == 0 && Name.Length > 0;
}
