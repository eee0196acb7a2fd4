import json
async def test_x(house):
    house.site.put("データセンター", [house.post("建設が始まった **太字**", 150), house.post("二つ目 https://example.com/a", 20, serial=2)])
    r = await house.admin.slash(house.channel, "subscribe", topic="データセンター")
    print(r, [f.content for f in r.followups])
    print(json.dumps((r.followups[0] if r.followups else r.response).components, ensure_ascii=False, indent=1))
