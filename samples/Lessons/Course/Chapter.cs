namespace DeepLearning.Samples.Lessons;

/// <summary>The chapters of the course, in its order.</summary>
internal enum Chapter
{
    FirstNetworks,
    Images,
    Sequences,
    Transformers,
    Generative,
    Other,
}

internal static class Chapters
{
    /// <summary>The heading of a chapter.</summary>
    public static string Heading(this Chapter chapter) => chapter switch
    {
        Chapter.FirstNetworks => "First networks",
        Chapter.Images => "Images",
        Chapter.Sequences => "Sequences",
        Chapter.Transformers => "Transformers",
        Chapter.Generative => "Generative models",
        _ => "Sound, graphs, decisions, recommendation",
    };
}
