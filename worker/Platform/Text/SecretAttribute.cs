namespace RebaseBatch.Platform.Text;

/// <summary>Marks a setting that may hold a password: it is shown only through <see cref="Secrets.Mask"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class SecretAttribute : Attribute
{
    /// <summary>
    /// Whether the whole value is the secret, such as a key. A key may look like a connection string, whose keywords would be shown.
    /// </summary>
    public bool IsWhole { get; init; }
}
