"""Pictures of posts: fetched as any stranger is asked, and made small."""
