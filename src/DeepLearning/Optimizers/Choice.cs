namespace DeepLearning.Optimizers;

/// <summary>An option of an update as a type, so that the choice is made when the formula is compiled.</summary>
internal interface IChoice
{
    static abstract bool IsOn { get; }
}

internal readonly struct On : IChoice
{
    public static bool IsOn => true;
}

internal readonly struct Off : IChoice
{
    public static bool IsOn => false;
}
